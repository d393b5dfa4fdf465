namespace EventStream.Benchmarks;

/// <summary>Why there is no figure, in a sentence for the person who asked for it.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
