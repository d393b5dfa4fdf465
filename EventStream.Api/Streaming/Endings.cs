using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming;

/// <summary>What the durable marks of a log say about the end of a stream.</summary>
internal static class Endings
{
    /// <summary>Whether the client comes back with a cursor at or past the end: 204 tells EventSource to stop.</summary>
    public static bool IsOver(StreamRequest request, LogPage log, Cursor? runEnd) =>
        request.From.After is { } cursor && Marks(request, log, runEnd).Any(mark => cursor >= mark.At || mark.At.Offset == 0);

    /// <summary>The end that lies before what follows, so that nothing in the stream would bring it.</summary>
    public static SubscriberEnd AlreadyReached(StreamRequest request, LogPage log, Cursor? runEnd, Cursor start) =>
        Marks(request, log, runEnd).FirstOrDefault(mark => mark.At <= start || mark.At.Offset == 0 || mark.At < log.First).End;

    private static IEnumerable<(Cursor At, SubscriberEnd End)> Marks(StreamRequest request, LogPage log, Cursor? runEnd)
    {
        if (log.DeletedAt is { } deleted) yield return (deleted, SubscriberEnd.SessionDeleted);
        if (request.Close == CloseMode.Session && log.EndedAt is { } ended) yield return (ended, SubscriberEnd.SessionEnded);
        if (request.Close == CloseMode.Terminal && runEnd is { } terminal) yield return (terminal, SubscriberEnd.RunEnded);
    }
}
