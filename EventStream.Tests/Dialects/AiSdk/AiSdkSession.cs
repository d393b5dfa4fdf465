using EventStream.Dialects;
using EventStream.Events;
using EventStream.Tests.Dialects.AgUi;
using Shouldly;

namespace EventStream.Tests.Dialects.AiSdk;

/// <summary>Events of one session, and what clients of the AI SDK are told of its runs.</summary>
internal static class AiSdkSession
{
    public const string Run = "r";

    public static Event Event(string type, string payload, string? runId = Run) => AgUiSession.Event(type, payload, runId);

    /// <summary>All events that the rows of a source become, as one run that ends.</summary>
    public static IReadOnlyList<Event> Of(string source) =>
        [.. AgUiSession.Of(source).Where(next => EventCatalogue.RoleOf(next.Type) is not (EventRole.EndsRun or EventRole.EndsSession or EventRole.StartsRun)).DistinctBy(next => next.EventId).Select(next => next with { RunId = Run }), Event("run_completed", "{}")];

    /// <summary>What a client is told of a run.</summary>
    public static AiSdkClient Tell(IReadOnlyList<Event> events, string run = Run, bool asksInParts = true)
    {
        var (dialect, client) = ((asksInParts ? DialectCatalogue.AiSdkAsking : DialectCatalogue.AiSdk).Begin(), new AiSdkClient());
        foreach (var next in events)
        {
            var messages = dialect.Write(new DialectEvent(next.Type, EventWriter.ToUtf8(next)));
            if (next.RunId is null) messages.ShouldBeEmpty();
            if (next.RunId == run) client.Read(messages);
        }
        return client;
    }
}
