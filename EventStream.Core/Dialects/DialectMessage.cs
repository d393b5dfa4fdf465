namespace EventStream.Dialects;

/// <summary>One message of a dialect.</summary>
/// <param name="Name">Its name in an <c>event:</c> line; empty for none.</param>
/// <param name="Data">Its content: one line of text in UTF-8.</param>
internal readonly record struct DialectMessage(string Name, ReadOnlyMemory<byte> Data)
{
    /// <summary>The place by which a client can go on after it, when that isn't the cursor of its event. Null: the last message of an event has the cursor, the others have none.</summary>
    public string? Id { get; init; }
}
