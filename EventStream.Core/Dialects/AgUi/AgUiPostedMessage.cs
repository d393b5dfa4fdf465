namespace EventStream.Dialects.AgUi;

/// <summary>A message as a client has posted it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Json">The message: one line, without nulls.</param>
/// <param name="IsRich">Whether it has pictures or other parts, of which the log holds the text alone.</param>
internal readonly record struct AgUiPostedMessage(string Id, ReadOnlyMemory<byte> Json, bool IsRich);
