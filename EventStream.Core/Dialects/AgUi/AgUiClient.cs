namespace EventStream.Dialects.AgUi;

/// <summary>What a client of AG-UI asked for: one run, told under the names that it knows.</summary>
internal sealed record AgUiClient
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>What the client calls the run.</summary>
    public required string ToldAs { get; init; }

    /// <summary>What the client calls the conversation.</summary>
    public required string ThreadId { get; init; }

    /// <summary>Whether the client has just asked for the run, and holds all that there is.</summary>
    public bool IsNew { get; init; }

    /// <summary>Whether no run goes on: what was said is told as one that has ended.</summary>
    public bool IsHistory { get; init; }

    /// <summary>Whether the run has ended, as the bus remembers longer than the log.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Whether the client reads AG-UI 1.0, which has a word for runs that were stopped on purpose.</summary>
    public bool KnowsCancelled { get; init; }

    /// <summary>Whether the client forgets what a snapshot says of a message when that is started behind it, as TanStack AI does: what is open is told from its start instead.</summary>
    public bool ForgetsOpen { get; init; }

    /// <summary>The messages that the client holds: a snapshot deletes what it doesn't name.</summary>
    public IReadOnlyList<AgUiPostedMessage> Posted { get; init; } = [];

    /// <summary>What the client was told before; null when it comes without a place.</summary>
    public AgUiPlace? Place { get; init; }
}
