using System.Collections.Concurrent;

namespace EventStream.Benchmarks.Attacks;

/// <summary>How often a server gave each answer.</summary>
internal sealed class Answers
{
    /// <summary>The connection ended without an answer.</summary>
    public const string Cut = "cut";

    private readonly ConcurrentDictionary<string, int> _counts = new();

    public void Add(string answer, int times = 1) => _counts.AddOrUpdate(answer, times, (_, count) => count + times);

    public override string ToString() => _counts.IsEmpty ? "none" : string.Join(", ", _counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value:N0}"));
}
