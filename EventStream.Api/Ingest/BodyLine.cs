namespace EventStream.Api.Ingest;

/// <summary>A line of a body.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Text">Its text without white space around it; empty when the line is too long.</param>
/// <param name="IsTooLong">Whether the line is longer than allowed.</param>
internal readonly record struct BodyLine(long Number, ReadOnlyMemory<byte> Text, bool IsTooLong = false);
