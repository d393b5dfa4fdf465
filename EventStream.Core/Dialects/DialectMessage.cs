namespace EventStream.Dialects;

/// <summary>One message of a dialect.</summary>
/// <param name="Name">What Server-Sent Events call it (<c>event:</c>): one line of text.</param>
/// <param name="Data">What it says: one line of text in UTF-8.</param>
internal readonly record struct DialectMessage(string Name, ReadOnlyMemory<byte> Data);
