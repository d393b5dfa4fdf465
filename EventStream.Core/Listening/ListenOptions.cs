using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Listening;

/// <summary>Which events of a stream are read, and until when.</summary>
public sealed record ListenOptions
{
    /// <summary>Only events of these types: names, or prefixes that end in <c>*</c>, such as <c>tool_*</c>; at most 128.</summary>
    /// <value>None: events of every type.</value>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Only events of this run.</summary>
    public string? RunId { get; init; }

    /// <summary>Only events of this session; for projects and broadcast.</summary>
    public string? SessionId { get; init; }

    /// <summary>When reading ends by itself.</summary>
    /// <value><see cref="StreamUntil.Deleted"/>.</value>
    public StreamUntil Until { get; init; }

    /// <summary>Over a bus: how many announced events, of 1 MiB together, wait for a reader that is busy. When more come, it reads the log instead, so it misses none that the log holds.</summary>
    /// <value>1,024.</value>
    public int BufferedEvents { get; init; } = 1024;

    /// <exception cref="EventRejectedException">A setting can't work; the message names it and the rule.</exception>
    internal EventFilter FilterOf(StreamKey stream)
    {
        if (BufferedEvents is < 1 or > 1_000_000) throw new EventRejectedException("BufferedEvents", "must be between 1 and 1000000.");
        if (Until is < StreamUntil.Deleted or > StreamUntil.RunEnds) throw new EventRejectedException("Until", "must be Deleted, SessionEnds or RunEnds.");
        if (Until != StreamUntil.Deleted && !stream.CanEnd) throw new EventRejectedException("Until", $"is {Until}, but only a session ends: leave it out.");
        if (Until == StreamUntil.RunEnds && RunId is null) throw new EventRejectedException("Until", "is RunEnds and needs RunId to say whose end it waits for.");
        return EventFilter.Of(stream, Types, RunId, SessionId);
    }
}
