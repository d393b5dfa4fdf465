using EventStream.Events;

namespace EventStream.Bus;

/// <summary>A batch for one stream.</summary>
public sealed record AppendRequest
{
    /// <summary>The stream whose log grows.</summary>
    public required StreamKey Stream { get; init; }

    /// <summary>The events in order; 1 to 1,000.</summary>
    public required IReadOnlyList<Event> Events { get; init; }

    /// <summary>
    /// The producer and the numbers of its events, when one producer made them all. Null: the bus looks up each event id,
    /// which costs it memory and time.
    /// </summary>
    /// <remarks>A producer has at most one request for a stream under way, and repeats it unchanged until it is answered.</remarks>
    public ProducerPosition? Producer { get; init; }

    /// <summary>Whether the events go to <see cref="StreamKey.Broadcast"/> too, once their own stream holds them.</summary>
    /// <remarks>An <see cref="IEventBus"/> appends to <see cref="Stream"/> alone: the dispatcher and the server do the rest, as they do for <see cref="Event.ProjectId"/>.</remarks>
    public bool Broadcast { get; init; }

    /// <summary>The head that the batch was computed from. If the log has grown since, nothing is stored and <see cref="AppendResult.IsConflict"/> is set.</summary>
    public Cursor? ExpectedHead { get; init; }

    /// <summary>Whether each <c>run_started</c> of the batch is a claim: stored only if its run hasn't started, else answered <see cref="AppendOutcome.RunTaken"/> with the other events of that run.</summary>
    /// <remarks>Sessions alone know their runs; the other streams take claims as plain events.</remarks>
    public bool Claim { get; init; }

    /// <summary>How long a claimed run goes on without an event of its claimer, <see cref="RunLease.Min"/> to <see cref="RunLease.Max"/>; then a server ends it as lost. Null: for ever.</summary>
    /// <remarks>Of a batch that asks for runs: how long they wait for somebody who starts them.</remarks>
    public TimeSpan? Lease { get; init; }

    /// <summary>The batch is one event, the end of a run that is stored only if its lease has ended. Null for other batches.</summary>
    internal LostRunEnd? EndsLost { get; init; }

    /// <summary>Who publishes the batch; null when nobody was asked, as in an open server and for workers that go straight to the bus: then nothing is refused.</summary>
    internal Publisher? Publisher { get; init; }

    /// <summary>Who pays for the stream when this request makes it; null when the stream pays for itself.</summary>
    /// <remarks>A bus with a bound for all its streams forgets those of one who made many before it forgets those of others.</remarks>
    internal string? MadeBy { get; init; }
}
