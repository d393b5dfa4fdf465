using EventStream.Bus;

namespace EventStream.Tests.Chaos;

/// <summary>What a row sets up.</summary>
internal sealed record ChaosStageOptions
{
    /// <summary>In the form of <c>ConnectionStrings:Redis</c>; null: one server that keeps its log in memory.</summary>
    public string? Redis { get; init; }

    /// <summary>Characters that each event carries beside its number.</summary>
    public int Padding { get; init; } = 20;

    public LogOptions Log { get; init; } = new();

    /// <summary>How long watchers wait for a sign of life.</summary>
    public TimeSpan? Watchdog { get; init; }

    /// <summary>Of the servers, such as <c>--Streaming:WriteTimeout=00:00:01</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
