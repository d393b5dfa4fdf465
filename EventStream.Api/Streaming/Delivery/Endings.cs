using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Delivery;

/// <summary>What ends a stream: the durable marks of its log, and the frames that say so.</summary>
internal static class Endings
{
    /// <summary>The end that a client comes back at or past with its cursor: it is told to stop, by a 204 or by closing.</summary>
    public static SubscriberEnd Over(StreamRequest request, LogPage log, Cursor? runEnd) =>
        request.From.Cursor is { } cursor ? Marks(request, log, runEnd).FirstOrDefault(mark => cursor >= mark.At || mark.At.Offset == 0).End : SubscriberEnd.None;

    /// <summary>The end that lies before what follows, so that nothing in the stream would bring it.</summary>
    public static SubscriberEnd AlreadyReached(StreamRequest request, LogPage log, Cursor? runEnd, Cursor start) =>
        Marks(request, log, runEnd).FirstOrDefault(mark => mark.At <= start || mark.At.Offset == 0).End;

    /// <summary>How a frame ends the stream; <see cref="SubscriberEnd.None"/> when it doesn't.</summary>
    public static SubscriberEnd After(StreamRequest request, Frame frame) => frame.Role switch
    {
        // Anyone can publish such a message on a channel; only what is in the log ends a stream.
        _ when frame.Cursor is null || !request.Stream.CanEnd => SubscriberEnd.None,
        _ when request.PausesFrom is { } pause && frame.Cursor >= pause && frame.RunId == request.Filter.RunId && request.Dialect.IsPausedBy(frame.Type) => SubscriberEnd.RunPaused,
        EventRole.DeletesSession => SubscriberEnd.SessionDeleted,
        EventRole.EndsSession when request.Close == CloseMode.Session => SubscriberEnd.SessionEnded,
        EventRole.EndsRun when request.Close == CloseMode.Terminal && frame.RunId == request.Filter.RunId => SubscriberEnd.RunEnded,
        _ when request.Entity?.IsEndedBy(frame) == true => SubscriberEnd.RunEnded,
        _ => SubscriberEnd.None,
    };

    // Projects don't end. Most sessions have no mark, so nothing is enumerated for them.
    private static IEnumerable<(Cursor At, SubscriberEnd End)> Marks(StreamRequest request, LogPage log, Cursor? runEnd) =>
        request.Stream.CanEnd && (log.DeletedAt ?? log.EndedAt ?? runEnd ?? request.Entity?.EndedAt) is not null ? MarksOfSession(request, log, runEnd) : [];

    private static IEnumerable<(Cursor At, SubscriberEnd End)> MarksOfSession(StreamRequest request, LogPage log, Cursor? runEnd)
    {
        if (log.DeletedAt is { } deleted) yield return (deleted, SubscriberEnd.SessionDeleted);
        if (request.Close == CloseMode.Session && log.EndedAt is { } ended) yield return (ended, SubscriberEnd.SessionEnded);
        if (request.Close == CloseMode.Terminal && runEnd is { } terminal) yield return (terminal, SubscriberEnd.RunEnded);
        if (request.Entity?.EndedAt is { } final) yield return (final, SubscriberEnd.RunEnded);
    }
}
