namespace EventStream.Api.Ingest;

/// <summary>A line of a body.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Text">Its text without white space around it; empty when the line is refused.</param>
/// <param name="Refusal">Why the line isn't read to its end.</param>
internal readonly record struct BodyLine(long Number, ReadOnlyMemory<byte> Text, Exception? Refusal = null);
