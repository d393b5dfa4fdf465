using EventStream.Dialects;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Sources;
using EventStream.Tests.Support;
using Shouldly;

namespace EventStream.Tests.Dialects.AgUi;

/// <summary>Events of one session, and what clients of AG-UI are told of them.</summary>
internal static class AgUiSession
{
    public const string Id = "s";

    private static readonly EventFactory Factory = new(FixedTime.Instance);

    /// <summary>All events that the rows of a source become, as one session.</summary>
    public static IReadOnlyList<Event> Of(string source) => [.. DialectRow.Of(source).SelectMany(rows => rows).SelectMany(row => row.Events).Where(stored => stored.Type != "session_deleted").Select(stored => stored with { SessionId = Id })];

    public static IEnumerable<string> Sources => SourceCatalogue.All.Select(source => source.Name).Where(name => name != "auto");

    public static Event Event(string type, string payload, string? runId = null) =>
        Factory.Create(Id, type, EventPayload.Parse(payload), new PublishOptions { RunId = runId });

    /// <summary>What a client is told that joins after some of the events.</summary>
    public static AgUiClient Join(IReadOnlyList<Event> events, int after)
    {
        var (dialect, client) = (DialectCatalogue.AgUi.Begin(), new AgUiClient());
        foreach (var next in events.Take(after)) dialect.Write(Written(next));
        client.Read(dialect.Write(Written(Factory.CreateControl(Id, new SessionStreamStarted { Message = "", Cursor = "0-0", Resume = "none", Replayed = 0 }))));
        foreach (var next in events.Skip(after)) client.Read(dialect.Write(Written(next)));
        return client;
    }

    /// <summary>Fails unless every client is told a valid stream, and ends with the messages of one that was there from the start.</summary>
    public static AgUiClient AssertSame(IReadOnlyList<Event> events)
    {
        var whole = Join(events, 0);
        for (var after = 1; after <= events.Count; after++)
        {
            var joined = Join(events, after);
            joined.Messages.ShouldBe(whole.Messages, $"joined after {after} of {events.Count}, at {events[after - 1].Type}");
            joined.State.ShouldBe(whole.State, $"joined after {after} of {events.Count}");
        }
        return whole;
    }

    private static DialectEvent Written(Event next) => new(next.Type, EventWriter.ToUtf8(next));
}
