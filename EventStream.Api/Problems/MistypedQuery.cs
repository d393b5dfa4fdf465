using EventStream.Api.OpenApi;
using EventStream.Events;

namespace EventStream.Api.Problems;

/// <summary>Refuses parameters whose name is nearly that of one which the route takes: ignored, they would do nothing and say nothing.</summary>
internal static class MistypedQuery
{
    // Shorter names are near to everything.
    private const int ShortestName = 4;

    /// <exception cref="EventRejectedException">Names the parameter and the one that is meant.</exception>
    public static void Refuse(HttpContext context)
    {
        if (!context.Request.QueryString.HasValue || context.GetEndpoint()?.Metadata.GetOrderedMetadata<QueryName>() is not { Count: > 0 } known) return;
        foreach (var name in context.Request.Query.Keys)
        {
            // What another route takes was hardly mistyped; the handler says whether it belongs here.
            if (name.Length < ShortestName || QueryDescription.Names.ContainsKey(name)) continue;
            var meant = Spelling.Closest(known.Select(parameter => parameter.Name), name);
            if (Spelling.Distance(meant, name) <= 2) throw new EventRejectedException(EventRejectedException.Shown(name), $"is no parameter of this address; did you mean {meant}?");
        }
    }
}
