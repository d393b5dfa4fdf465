using EventStream.Events;

namespace EventStream.Bus;

/// <summary>A piece of a log, and the log's state at the moment it was read.</summary>
public sealed record LogPage
{
    /// <summary>The entries after the requested cursor, in order.</summary>
    public required IReadOnlyList<LogEntry> Entries { get; init; }

    /// <summary>The position of the newest event ever appended; <see cref="Cursor.Zero"/> when there was none.</summary>
    public required Cursor Head { get; init; }

    /// <summary>The position of the first event that is held; null when none is.</summary>
    public Cursor? First { get; init; }

    /// <summary>How many events are held.</summary>
    public long Count { get; init; }

    /// <summary>The position at which the session ended; null when it hasn't, or when it was started again.</summary>
    public Cursor? EndedAt { get; init; }

    /// <summary>The position at which the session was deleted, by <see cref="IEventBus.DeleteAsync"/> or by an event; null when something was appended since.</summary>
    public Cursor? DeletedAt { get; init; }

    /// <summary>Whether the log holds more after the last entry of this page.</summary>
    public bool HasMore(Cursor after) => First is not null && (Entries.Count > 0 ? Entries[^1].Cursor : after) < Head;
}
