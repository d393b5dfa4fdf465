using EventStream.Bus;
using EventStream.Events;
using EventStream.Listening;

namespace EventStream.Api.Streaming.Requests;

/// <summary>Which events a client asks for: <c>?types=tool_*,run_*</c>, <c>?run_id=</c>, and where several sessions meet <c>?session_id=</c>.</summary>
internal static class FilterQuery
{
    /// <exception cref="EventRejectedException">Names the parameter and the rule.</exception>
    public static EventFilter Parse(StreamKey stream, IQueryCollection query)
    {
        if (query.ContainsKey("project_id")) throw new EventRejectedException("project_id", "is no filter; watch /projects/{projectId}/events.");
        string? types = query["types"];
        var patterns = types?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (types is not null && patterns.Length == 0) throw new EventRejectedException("types", "is empty; leave it out, or list types such as tool_*,run_completed.");
        // A parameter without a value is wrong too.
        return EventFilter.Of(stream, patterns, Given(query, "run_id"), Given(query, "session_id"));
    }

    private static string? Given(IQueryCollection query, string name) => query.TryGetValue(name, out var values) ? values.ToString() : null;
}
