namespace EventStream.Benchmarks.Load;

/// <summary>The settings of a load.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Kind">What it measures.</param>
/// <param name="Streams">How many streams.</param>
/// <param name="Sessions">How many sessions they are spread over.</param>
/// <param name="Description">One line for people.</param>
internal sealed record LoadScenario(string Name, LoadKind Kind, int Streams, int Sessions, string Description)
{
    public static readonly IReadOnlyList<LoadScenario> All =
    [
        new("paced", LoadKind.Paced, 1000, 1, "1 session × 1,000 streams, 10 events/s: what one delivery costs when nothing can be gathered") { Rate = 10, Seconds = 4 },
        new("sparse", LoadKind.Paced, 1000, 100, "1,000 streams over 100 sessions, 200 events/s: cost and latency of events for few") { Rate = 200, Seconds = 5 },
        new("flood", LoadKind.Flood, 1000, 1, "1 session × 1,000 streams, as fast as it goes with 16,000 deliveries outstanding") { Window = 16_000 },
        new("large", LoadKind.Paced, 1000, 1, "1 session × 1,000 streams, 2 events/s of 100 kB: whether large events are copied for each stream") { Rate = 2, Seconds = 4, Bytes = 100_000 },
        new("many", LoadKind.Flood, 1000, 1000, "1,000 sessions × 1 stream, as fast as it goes with 2,000 deliveries outstanding") { Window = 2000 },
        new("idle", LoadKind.Idle, 10_000, 10_000, "10,000 streams, each of its own session, held for 2 s: memory per stream, and server CPU per new stream of a server that has just been started (start it anew before)") { Seconds = 2 },
        new("connect", LoadKind.Idle, 10_000, 10_000, "the same, not held, after as many came and left (their feeds linger for a while): server CPU per new stream") { Seconds = 0, WarmUpStreams = 10_000 },
        new("resume", LoadKind.Resume, 1000, 1, "1,000 streams come back to a session of 1,000 events that they all missed: events/s and log reads"),
    ];

    /// <summary>Events a second, all sessions together, in an open loop.</summary>
    public double Rate { get; init; }

    /// <summary>The most deliveries outstanding, in a closed loop.</summary>
    public int Window { get; init; }

    /// <summary>How long the measurement lasts.</summary>
    public double Seconds { get; init; } = 3;

    public double WarmUpSeconds { get; init; } = 1;

    /// <summary>How many streams come and leave before the counted ones, so that code that runs for the first time isn't charged to them. For scenarios that measure streams; capped at <see cref="Streams"/>.</summary>
    public int WarmUpStreams { get; init; } = 50;

    /// <summary>When no delivery has arrived for so long, the missing ones count as lost.</summary>
    public double SilenceSeconds { get; init; } = 3;

    /// <summary>The size of an envelope.</summary>
    public int Bytes { get; init; } = 250;

    /// <summary>The events that a resuming stream has missed.</summary>
    public int Missed { get; init; } = 1000;

    /// <summary>The language that the streams ask for; null is our own. What is published belongs to a run that has begun before.</summary>
    public LoadDialect? Dialect { get; init; }

    public static LoadScenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);
}
