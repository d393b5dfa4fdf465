namespace EventStream.Dialects;

/// <summary>One message of a dialect.</summary>
/// <param name="Name">Its name in an <c>event:</c> line; empty for none.</param>
/// <param name="Data">Its content: one line of text in UTF-8.</param>
internal readonly record struct DialectMessage(string Name, ReadOnlyMemory<byte> Data);
