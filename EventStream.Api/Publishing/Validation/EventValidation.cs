using EventStream.Events;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventStream.Api.Publishing.Validation;

/// <summary><c>?validate=true</c>: events that don't fit the catalogue are refused, each with what is wrong with it.</summary>
internal static class EventValidation
{
    public const string Name = "validate";

    // Of a thousand events that are wrong alike the first hundred say enough.
    private const int MostShown = 100;

    // Names of types are long; what is farther from one is a type of the publisher's own.
    private const int MostMistypes = 2, ShortestType = 5;

    /// <exception cref="EventRejectedException">The value is neither <c>true</c> nor <c>false</c>.</exception>
    public static bool IsAskedFor(IQueryCollection query) => query[Name] switch
    {
        [] or ["false"] => false,
        ["true"] => true,
        _ => throw new EventRejectedException(Name, "must be true or false."),
    };

    /// <summary>What is wrong with the events of a request.</summary>
    /// <param name="events">The events.</param>
    /// <param name="isSingle">Whether the request is one event, whose members have no place in a list before them.</param>
    public static IEnumerable<EventFault> Faults(IReadOnlyList<Event> events, bool isSingle) =>
        events.SelectMany((candidate, i) => Faults(candidate).Select(fault => isSingle ? fault : fault with { Pointer = $"/{i}{fault.Pointer}" }));

    /// <summary>The answer to a request that has faults; null when it has none.</summary>
    public static ProblemHttpResult? Refusal(IReadOnlyList<Event> events, bool isSingle)
    {
        var faults = Faults(events, isSingle).Take(MostShown + 1).ToList();
        if (faults.Count == 0) return null;
        var shown = faults.Take(MostShown).ToList();
        var more = faults.Count > MostShown ? $"This and at least {MostShown} more faults are there" : faults.Count > 1 ? $"{faults.Count} faults are there" : "That is the only fault";
        return TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, title: $"{shown[0].Pointer} {shown[0].Message} {more}; nothing was stored.",
            extensions: new Dictionary<string, object?> { ["pointer"] = shown[0].Pointer, ["faults"] = shown });
    }

    private static IEnumerable<EventFault> Faults(Event candidate)
    {
        if (EventCatalogue.Find(candidate.Type) is { } known) return PayloadFaults.Of(known, candidate.Payload);
        return Meant(candidate.Type) is { } meant ? [new EventFault("/type", $"'{candidate.Type}' is no type of the catalogue; did you mean {meant}?")] : [];
    }

    private static string? Meant(string type)
    {
        if (type.Length < ShortestType) return null;
        var closest = Spelling.Closest(EventCatalogue.All.Select(known => known.Name), type);
        return Spelling.Distance(closest, type) <= MostMistypes ? closest : null;
    }
}
