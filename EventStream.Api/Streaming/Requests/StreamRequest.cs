using EventStream.Api.Access;
using EventStream.Api.Access.Limits;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;

namespace EventStream.Api.Streaming.Requests;

/// <summary>What a client asks of a stream.</summary>
internal sealed record StreamRequest
{
    public required StreamKey Stream { get; init; }

    public required StartFrom From { get; init; }

    public required EventFilter Filter { get; init; }

    public required CloseMode Close { get; init; }

    /// <summary>Whether heartbeats are typed events, for watchdogs in browsers, which can't see comments.</summary>
    public required bool HeartbeatEvents { get; init; }

    /// <summary>Whether the client counts among those who watch a session.</summary>
    public bool IsViewer { get; init; } = true;

    /// <summary>The language that events are written in; filters and ends go by the canonical names all the same.</summary>
    public IDialect Dialect { get; init; } = DialectCatalogue.Canonical;

    /// <summary>The job or run whose end ends the stream.</summary>
    public WatchedEntity? Entity { get; init; }

    /// <summary>Where the first event may stand that pauses the run and ends the stream: those before it were answered. Null when none does.</summary>
    public Cursor? PausesFrom { get; init; }

    /// <summary>Who watches; null where everyone may.</summary>
    public Caller? Caller { get; init; }

    /// <summary>What the stream takes of the caller's number, to be given back at its end; null when that isn't limited.</summary>
    public StreamPlace? Place { get; init; }

    /// <exception cref="EventRejectedException">Names the parameter and the rule.</exception>
    public static StreamRequest Parse(StreamKey stream, Transport transport, HttpRequest request)
    {
        // Without a query nothing is parsed, so nothing is kept for as long as the stream lives.
        var query = request.QueryString.HasValue ? request.Query : QueryCollection.Empty;
        var close = query["close"].ToString() switch
        {
            "" or "never" => CloseMode.Never,
            "session" => CloseMode.Session,
            "terminal" => CloseMode.Terminal,
            var other => throw new EventRejectedException("close", $"is '{other}'; it is never, session or terminal."),
        };
        var filter = FilterQuery.Parse(stream, query);
        if (close != CloseMode.Never && !stream.CanEnd)
            throw new EventRejectedException("close", $"is '{query["close"]}', but only a session ends: leave it out.");
        if (close == CloseMode.Terminal && filter.RunId is null)
            throw new EventRejectedException("close", "is terminal and needs run_id to say whose end it waits for.");
        var dialect = DialectQuery.Parse(stream, transport, query);
        var from = StartQuery.Parse(request.Headers, query);
        if (dialect.IsOfOneRun) (from, close) = RunQuery.Parse(dialect, filter, from, query);
        return new StreamRequest
        {
            Stream = stream,
            From = from,
            Filter = filter,
            Close = close,
            HeartbeatEvents = query["heartbeat"].ToString() switch
            {
                "" or "comment" => false,
                "event" => true,
                var other => throw new EventRejectedException("heartbeat", $"is '{other}'; it is comment or event."),
            },
            IsViewer = query["viewer"].ToString() switch
            {
                "" or "true" => true,
                "false" => false,
                var other => throw new EventRejectedException("viewer", $"is '{other}'; it is true or false."),
            },
            Dialect = dialect,
        };
    }

    /// <summary>What a client asks that reads one run, from its first event to its end.</summary>
    public static StreamRequest OfRun(StreamKey stream, string runId, IDialect dialect) => new()
    {
        Stream = stream,
        From = StartFrom.Earliest,
        Filter = EventFilter.Of(stream, [], runId, null),
        Close = CloseMode.Terminal,
        HeartbeatEvents = false,
        Dialect = dialect,
    };
}
