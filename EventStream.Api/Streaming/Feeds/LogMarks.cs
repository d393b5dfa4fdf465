using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>Where a session ended and where it was deleted, carried on by the events that follow as the bus does it.</summary>
internal readonly record struct LogMarks(Cursor? EndedAt, Cursor? DeletedAt)
{
    public static LogMarks Of(LogPage log) => new(log.EndedAt, log.DeletedAt);

    public LogMarks After(EventRole role, Cursor cursor) => role switch
    {
        EventRole.DeletesSession => new LogMarks(cursor, cursor),
        EventRole.EndsSession => new LogMarks(cursor, null),
        EventRole.StartsSession => default,
        _ => DeletedAt is null ? this : default,
    };
}
