namespace EventStream.Benchmarks;

/// <summary>A benchmark can't give a figure. The message tells the user why.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
