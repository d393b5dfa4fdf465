using EventStream.Bus;

namespace EventStream.Tests.Chaos;

/// <summary>The setup of a chaos test.</summary>
internal sealed record ChaosStageOptions
{
    /// <summary>The connection string of Redis; null means one server that keeps its log in memory.</summary>
    public string? Redis { get; init; }

    /// <summary>How many characters each event carries beside its number.</summary>
    public int Padding { get; init; } = 20;

    public LogOptions Log { get; init; } = new();

    /// <summary>How long clients wait for a sign of life.</summary>
    public TimeSpan? Watchdog { get; init; }

    /// <summary>Arguments of the servers, such as <c>--Streaming:WriteTimeout=00:00:01</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
