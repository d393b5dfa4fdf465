using System.Text;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sessions;
using EventStream.Sources;
using EventStream.Tests.Support;

namespace EventStream.Tests.Sources;

/// <summary>What native events become, without a bus.</summary>
internal static class Telling
{
    /// <summary>The canonical events of one session.</summary>
    public static List<Event> Told(string source, IEnumerable<(string Frame, string? Run)> frames)
    {
        var normaliser = SourceCatalogue.Get(source);
        var state = SessionState.Empty;
        var events = new List<Event>();
        foreach (var (frame, run) in frames)
        {
            var natives = NativeReader.Read(NativeReader.Parse(Encoding.UTF8.GetBytes(frame)), normaliser, new IngestContext { SessionId = "s1", RunId = run });
            var batch = SourceBatch.From(natives, 0, state, new NormalisedEvents(new EventFactory(FixedTime.Instance), FixedTime.Instance), out _);
            state = batch.State;
            events.AddRange(batch.Events);
        }
        return events;
    }

    /// <inheritdoc cref="Told(string, IEnumerable{ValueTuple{string, string}})"/>
    public static List<Event> Told(string source, params IEnumerable<string> frames) => Told(source, frames.Select(frame => (frame, (string?)"r1")));

    /// <summary>A member of a payload: a text, or the JSON of another value; null when it is absent, null or empty.</summary>
    public static string? Said(this Event told, string member) => JsonText.Id(JsonText.Member(JsonElement.Parse(told.Payload.Utf8.Span), member));

    /// <summary>The calls by id: their results, each with its error.</summary>
    public static IEnumerable<(string Id, string? Result)> Results(this IEnumerable<Event> told) =>
        told.Where(next => next.Type == "tool_call_result").Select(next => (next.Said("tool_call_id")!, next.Said("error") ?? next.Said("result")));
}
