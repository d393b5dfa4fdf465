namespace EventStream.Api.Ingest;

/// <summary>A line of a body.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Text">What it says, without white space around it; empty when it is longer than a line may be.</param>
/// <param name="IsTooLong">Whether it is longer than a line may be.</param>
internal readonly record struct BodyLine(long Number, ReadOnlyMemory<byte> Text, bool IsTooLong = false);
