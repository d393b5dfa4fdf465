using EventStream.Events;

namespace EventStream.Bus;

/// <summary>The result of appending a batch.</summary>
public sealed record AppendResult
{
    /// <summary>One receipt per event, in order; empty on a conflict.</summary>
    public required IReadOnlyList<EventReceipt> Receipts { get; init; }

    /// <summary>The head of the log after the append.</summary>
    public required Cursor Head { get; init; }

    /// <summary>Whether nothing was stored because <see cref="AppendRequest.ExpectedHead"/> isn't the head.</summary>
    public bool IsConflict { get; init; }

    /// <summary>When the request ends a lost run, and nothing was stored because its lease goes on: for how long; zero when the run has no lease any more.</summary>
    internal TimeSpan? LeaseLeft { get; init; }

    /// <summary>How many nodes and workers heard the commands of the batch on the streams of their agents, as far as the bus can tell.</summary>
    internal long AgentListeners { get; init; }

    /// <summary>How many nodes heard the announcement, as far as the bus can tell; 0 when nothing was stored.</summary>
    public long Listeners { get; init; }
}
