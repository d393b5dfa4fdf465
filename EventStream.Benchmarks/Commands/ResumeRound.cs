namespace EventStream.Benchmarks.Commands;

/// <summary>The figures of one round of resuming.</summary>
internal sealed record ResumeRound
{
    /// <summary>From the first connect until the last client had everything.</summary>
    public required double Seconds { get; init; }

    /// <summary>Per client, in milliseconds: from its connect to its last missed event.</summary>
    public required double[] FromConnect { get; init; }

    /// <summary>Per client, in milliseconds: from its request to its last missed event.</summary>
    public required double[] FromRequest { get; init; }

    /// <summary>How many scripts Redis ran meanwhile; each reads a log or its state.</summary>
    public required long Scripts { get; init; }

    /// <summary>How many ranges of a stream those scripts read.</summary>
    public required long Ranges { get; init; }

    /// <summary>How many times a client was told to return later, and did.</summary>
    public required int SentAway { get; init; }

    public required long EventsRead { get; init; }
}
