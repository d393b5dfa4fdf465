using System.Globalization;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Listening;

namespace EventStream.Api.Streaming.Frames;

/// <summary>The frames that the server says itself.</summary>
internal sealed class ControlFrames(TimeProvider time)
{
    private readonly EventFactory _events = new(time);

    public Frame Started(StreamKey stream, Transport transport, Resume resume, int retryMs) => Frame.Of(_events.CreateControl(stream, new SessionStreamStarted
    {
        Message = transport == Transport.Sse ? "SSE connection established" : "WebSocket connection established",
        Cursor = resume.Start.ToString(),
        Resume = resume.Verdict,
        Reason = resume.Reason,
        Replayed = resume.Replayed,
    }), resume.Start, retryMs);

    public Frame Closing(StreamKey stream, SubscriberEnd end, Cursor? position, int retryMs, string? message = null)
    {
        int? retry = end.Reconnect ? RetryAfter(end, retryMs) : null;
        return Frame.Of(_events.CreateControl(stream, new StreamClosing { Reason = end.Name, Reconnect = end.Reconnect, RetryMs = retry, Message = message }), position, retry);
    }

    public Frame AuthExpiring(StreamKey stream, DateTimeOffset expiresAt, Cursor position) =>
        Frame.Of(_events.CreateControl(stream, new AuthExpiring { ExpiresAt = expiresAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) }), position);

    public Frame Heartbeat(StreamKey stream, Cursor position) =>
        Frame.Of(_events.CreateControl(stream, new Heartbeat { Cursor = position.ToString() }), position);

    // Browsers come back exactly after `retry`: all at once if the server didn't spread them.
    private static int RetryAfter(SubscriberEnd end, int retryMs) =>
        (int)Jitter.Between(retryMs / 2d, end is SubscriberEnd.Busy or SubscriberEnd.NoMemory or SubscriberEnd.TooManyStreams or SubscriberEnd.Unavailable ? 4d * retryMs : 2d * retryMs);
}
