using EventStream.Events;
using EventStream.Listening;

namespace EventStream.Api.Streaming.Requests;

/// <summary>Where a client asks its stream to start: <c>Last-Event-ID</c>, <c>?last_event_id=</c>, <c>?from=</c>.</summary>
internal static class StartQuery
{
    /// <summary>The first that is given: <c>Last-Event-ID</c>, <c>last_event_id</c>, <c>lastEventId</c>, <c>from</c>.</summary>
    /// <exception cref="EventRejectedException"><c>from</c> is neither <c>earliest</c> nor <c>live</c>.</exception>
    public static StartFrom Parse(IHeaderDictionary headers, IQueryCollection query)
    {
        var start = query["from"].ToString() switch
        {
            "" or "live" => StartFrom.Live,
            "earliest" => StartFrom.Earliest,
            var other => throw new EventRejectedException("from", $"is '{other}'; it is earliest or live."),
        };
        var text = First(headers["Last-Event-ID"], query["last_event_id"], query["lastEventId"]);
        if (text is null) return start;
        return Cursor.TryParse(text, out var cursor) ? start with { Cursor = cursor } : start with { IsMalformed = true };
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
