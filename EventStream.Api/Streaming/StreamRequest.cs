using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming;

/// <summary>What a client asks of a stream.</summary>
internal sealed record StreamRequest
{
    public required StreamKey Stream { get; init; }

    public required StartFrom From { get; init; }

    public required EventFilter Filter { get; init; }

    public required CloseMode Close { get; init; }

    /// <summary>Whether heartbeats are typed events, for watchdogs in browsers, which can't see comments.</summary>
    public required bool HeartbeatEvents { get; init; }

    /// <summary>In which words events are written; filters and ends go by the canonical names all the same.</summary>
    public Dialect Dialect { get; init; }

    /// <summary>The job or run whose end ends the stream.</summary>
    public WatchedEntity? Entity { get; init; }

    /// <exception cref="EventRejectedException">Names the parameter and the rule.</exception>
    public static StreamRequest Parse(StreamKey stream, Protocol protocol, HttpRequest request)
    {
        // What parses nothing isn't kept either.
        var query = request.QueryString.HasValue ? request.Query : QueryCollection.Empty;
        var close = query["close"].ToString() switch
        {
            "" or "never" => CloseMode.Never,
            "session" => CloseMode.Session,
            "terminal" => CloseMode.Terminal,
            var other => throw new EventRejectedException("close", $"is '{other}'; it is never, session or terminal."),
        };
        var filter = EventFilter.Parse(stream, query);
        if (close != CloseMode.Never && stream.Kind != StreamKind.Session)
            throw new EventRejectedException("close", $"is '{query["close"]}', but only a session ends: leave it out.");
        if (close == CloseMode.Terminal && filter.RunId is null)
            throw new EventRejectedException("close", "is terminal and needs run_id to say whose end it waits for.");
        return new StreamRequest
        {
            Stream = stream,
            From = StartFrom.Parse(request.Headers, query),
            Filter = filter,
            Close = close,
            HeartbeatEvents = query["heartbeat"].ToString() switch
            {
                "" or "comment" => false,
                "event" => true,
                var other => throw new EventRejectedException("heartbeat", $"is '{other}'; it is comment or event."),
            },
            Dialect = DialectOf(protocol, query),
        };
    }

    private static Dialect DialectOf(Protocol protocol, IQueryCollection query)
    {
        var named = query["names"].ToString() switch
        {
            "" or "canonical" => Dialect.Canonical,
            "native" => Dialect.Native,
            "reverb" => Dialect.Reverb,
            var other => throw new EventRejectedException("names", $"is '{other}'; it is canonical, native or reverb."),
        };
        return query["frame"].ToString() switch
        {
            "" or "envelope" => named,
            "event-data" when protocol == Protocol.WebSocket && query["names"].Count == 0 => Dialect.EventData,
            "event-data" when protocol == Protocol.WebSocket => throw new EventRejectedException("names", "can't be chosen with frame=event-data, which has the native names; leave it out."),
            "event-data" => throw new EventRejectedException("frame", "is 'event-data', which WebSocket clients get, under /ws."),
            var other => throw new EventRejectedException("frame", $"is '{other}'; it is envelope or event-data."),
        };
    }

    /// <summary>How this frame ends the stream; <see cref="SubscriberEnd.None"/> when it doesn't.</summary>
    public SubscriberEnd EndAfter(Frame frame) => frame.Role switch
    {
        // Anybody can put such a message on a channel; what isn't in the log ends nothing.
        _ when frame.Cursor is null => SubscriberEnd.None,
        // Sessions come and go in a project.
        _ when Stream.Kind != StreamKind.Session => SubscriberEnd.None,
        EventRole.DeletesSession => SubscriberEnd.SessionDeleted,
        EventRole.EndsSession when Close == CloseMode.Session => SubscriberEnd.SessionEnded,
        EventRole.EndsRun when Close == CloseMode.Terminal && frame.RunId == Filter.RunId => SubscriberEnd.RunEnded,
        _ when Entity?.IsEndedBy(frame) == true => SubscriberEnd.RunEnded,
        _ => SubscriberEnd.None,
    };
}
