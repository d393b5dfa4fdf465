namespace EventStream.Tests.Sources.Eddie;

/// <summary>One frame at a time: in a sequence, only the new part of a snapshot is stored and repeats are dropped.</summary>
public sealed class EddiePropertyTests() : SourcePropertyTests("eddie");
