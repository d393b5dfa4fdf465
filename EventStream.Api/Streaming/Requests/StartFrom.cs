using EventStream.Events;

namespace EventStream.Api.Streaming.Requests;

/// <summary>Where a client asks its stream to start.</summary>
/// <param name="After">Its cursor; null without one.</param>
/// <param name="IsMalformed">Whether what it sent is no cursor.</param>
/// <param name="Earliest">Without a cursor: from the first event held, not from now on.</param>
internal readonly record struct StartFrom(Cursor? After, bool IsMalformed, bool Earliest)
{
    /// <summary>The first that is given: <c>Last-Event-ID</c>, <c>last_event_id</c>, <c>lastEventId</c>, <c>from</c>.</summary>
    /// <exception cref="EventRejectedException"><c>from</c> is neither <c>earliest</c> nor <c>live</c>.</exception>
    public static StartFrom Parse(IHeaderDictionary headers, IQueryCollection query)
    {
        var earliest = query["from"].ToString() switch
        {
            "" or "live" => false,
            "earliest" => true,
            var other => throw new EventRejectedException("from", $"is '{other}'; it is earliest or live."),
        };
        var text = First(headers["Last-Event-ID"], query["last_event_id"], query["lastEventId"]);
        if (text is null) return new StartFrom(null, false, earliest);
        return Cursor.TryParse(text, out var cursor) ? new StartFrom(cursor, false, earliest) : new StartFrom(null, true, earliest);
    }

    private static string? First(params ReadOnlySpan<Microsoft.Extensions.Primitives.StringValues> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (candidate.ToString() is { Length: > 0 } text) return text;
        }
        return null;
    }
}
