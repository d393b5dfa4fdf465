using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Events;
using EventStream.Sources;
using EventStream.Tests.Sessions;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

public sealed class SourceIngestTests
{
    private const string Config = """{"event":"config.updated","data":{"apiUrl":"http://a","websocketUrl":"ws://a","features":{},"theme":"dark"}}""";

    private readonly InMemoryEventBus _bus = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task IngestAsync_GoesOnWithWhatAnotherTook_WhenTwoTakeTurns()
    {
        var (one, two) = (new SourceRun(_bus), new SourceRun(_bus));
        for (var length = 1; length <= 20; length++) await (length % 2 == 0 ? one : two).IngestAsync("eddie", Partial(new string('x', length)));
        var log = await one.LogAsync("s");
        log.Select(logged => logged.Type).ShouldBe(["agent_message_start", .. Enumerable.Repeat("agent_message_delta", 20)]);
        log.Skip(1).ShouldAllBe(logged => logged.Payload.ToString().Contains("\"delta\":\"x\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task IngestAsync_GoesOnWithWhatADispatcherPublished_InBetween()
    {
        var run = new SourceRun(_bus);
        await run.IngestAsync("eddie", Partial("Hello"));
        await AppendAsync(new Envelopes("s").Thought());
        await run.IngestAsync("eddie", Partial("Hello world"));
        (await run.LogAsync("s"))[^1].Payload.ToString().ShouldContain("\"delta\":\" world\"");
    }

    [Fact]
    public async Task IngestAsync_StartsAnew_WhenTheSessionWasDeletedInBetween()
    {
        var run = new SourceRun(_bus);
        await run.IngestAsync("eddie", Partial("Hello"));
        await _bus.DeleteAsync(StreamKey.Session("s"), Cancellation);
        await run.IngestAsync("eddie", Partial("Hello world"));
        (await run.LogAsync("s")).Select(logged => logged.Type).ShouldBe(["agent_message_start", "agent_message_delta"]);
        (await run.LogAsync("s"))[^1].Payload.ToString().ShouldContain("\"delta\":\"Hello world\"");
    }

    [Theory]
    [InlineData("eddie", "message.updated", "agent_message_start", "agent_message_delta")]
    [InlineData("eddie", "tool.call", "tool_call_started")]
    [InlineData("adk", "event_id", "agent_thought")]
    [InlineData("openai", "response.created", "run_started")]
    public async Task IngestAsync_StoresWhatRepeatsADeletedLog(string source, string repeats, params string[] expected)
    {
        var frame = repeats switch
        {
            "message.updated" => Partial("Hello"),
            "tool.call" => """{"event":"tool.call","data":{"sessionId":"s","id":"c1","name":"t","arguments":{"q":1}}}""",
            "event_id" => """{"event_id":"e1","session_id":"s","type":"agent_thought","payload":{"agent":"a","content":"so"}}""",
            _ => """{"type":"response.created","session_id":"s","response":{"id":"resp_1","object":"response","status":"in_progress"}}""",
        };
        var run = new SourceRun(_bus);
        await run.IngestAsync(source, frame);
        await run.IngestAsync(source, frame);
        (await run.LogAsync("s")).Select(logged => logged.Type).ShouldBe(expected);
        await _bus.DeleteAsync(StreamKey.Session("s"), Cancellation);
        await run.IngestAsync(source, frame);
        (await run.LogAsync("s")).Select(logged => logged.Type).ShouldBe(expected);
    }

    [Fact]
    public async Task IngestAsync_StoresWhatItKnows_WhenOnlyAnotherProcessDeletedIt()
    {
        var (one, two) = (new SourceRun(_bus), new SourceRun(_bus));
        await one.IngestAsync("eddie", Partial("Hello"));
        await _bus.DeleteAsync(StreamKey.Session("s"), Cancellation);
        await two.IngestAsync("eddie", Partial("Other", "m2"));
        await one.IngestAsync("eddie", Partial("Hello"));
        (await one.LogAsync("s")).Select(logged => logged.Said("delta") ?? logged.Type).ShouldBe(["agent_message_start", "Other", "agent_message_start", "Hello"]);
    }

    [Fact]
    public async Task IngestAsync_FoldsAllPagesOfALongLog_WhenItKnowsNothingYet()
    {
        await new SourceRun(_bus).IngestAsync("eddie", Partial("Hello"));
        for (var i = 0; i < 3; i++) await AppendAsync(new Envelopes("s").Thoughts(1000));
        var fresh = new SourceRun(_bus);
        await fresh.IngestAsync("eddie", Partial("Hello world"));
        fresh.Stored.ShouldHaveSingleItem().Payload.ToString().ShouldContain("\"delta\":\" world\"");
    }

    [Fact]
    public async Task IngestAsync_TakesEventsForAll_AgainAndAgain()
    {
        foreach (var run in (SourceRun[])[new(_bus), new(_bus), new(_bus)]) await run.IngestAsync("eddie", Config);
        (await new SourceRun(_bus).LogAsync(EventRules.ReservedSessionId)).Select(logged => (logged.Type, logged.SessionId)).ShouldBe(Enumerable.Repeat(("config_updated", "broadcast"), 3));
    }

    [Fact]
    public async Task IngestAsync_SplitsWhatOneAppendCannotTake()
    {
        // Each becomes two events.
        var frames = Enumerable.Range(0, 1000).Select(i => Partial("x", $"m{i}")).ToArray();
        var receipts = await new SourceRun(_bus).IngestTogetherAsync("eddie", null, frames);
        receipts.Count.ShouldBe(1000);
        receipts.ShouldAllBe(receipt => receipt.Events.Count == 2 && receipt.Outcome == AppendOutcome.Stored);
        receipts.SelectMany(receipt => receipt.Events).Select(ingested => ingested.Receipt.Cursor!.Value.Offset).ShouldBe(Enumerable.Range(1, 2000).Select(offset => (long)offset));
    }

    [Fact]
    public async Task IngestAsync_AnswersDuplicate_WhenAnEventWithItsOwnIdComesAgain()
    {
        const string Thought = """{"event_id":"e1","session_id":"s","timestamp":"2025-11-18T20:00:36","type":"agent_thought","payload":{"agent":"a","content":"so","debug":true}}""";
        var run = new SourceRun(_bus);
        await run.IngestAsync("adk", Thought);
        var again = (await new SourceRun(_bus).IngestAsync("adk", Thought)).ShouldHaveSingleItem();
        again.Outcome.ShouldBe(AppendOutcome.Duplicate);
        again.Events.ShouldHaveSingleItem().Receipt.Cursor!.Value.Offset.ShouldBe(1);
        (await run.LogAsync("s")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task IngestAsync_StoresOnce_WhenTheFirstAnswerWasLost()
    {
        var normaliser = SourceCatalogue.Get("eddie");
        var natives = NativeReader.ReadMany(System.Text.Encoding.UTF8.GetBytes(Partial("Hello")), normaliser, new IngestContext(), out _);
        var receipts = await new SourceIngest(_bus, TimeProvider.System).IngestAsync([natives[0]], broadcast: false, async (request, cancellation) =>
        {
            await _bus.AppendAsync(request, cancellation);
            // A retry appends again when the answer was lost.
            return await _bus.AppendAsync(request, cancellation);
        }, cancellationToken: Cancellation);
        receipts.ShouldHaveSingleItem().Events.ShouldAllBe(ingested => ingested.Receipt.Outcome == AppendOutcome.Duplicate && ingested.Receipt.Cursor != null);
        (await new SourceRun(_bus).LogAsync("s")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task IngestAsync_KnowsTheTextOfTheLog_WhenOnlyAPartOfARequestIsNew()
    {
        var run = new SourceRun(_bus);
        await AppendAsync(SessionEvents.Event("agent_message_delta", """{"message_id":"m","delta":"Hello"}""") with { SessionId = "s", EventId = "e1" });
        await run.IngestTogetherAsync("adk", null,
            """{"event_id":"e1","session_id":"s","type":"agent_message_delta","payload":{"message_id":"m","delta":"Hello"}}""",
            """{"event_id":"e2","session_id":"s","type":"agent_message_delta","payload":{"message_id":"m","delta":" world"}}""");
        await run.IngestAsync("adk", """{"event_id":"e3","session_id":"s","type":"agent_message_end","payload":{"message_id":"m"}}""");

        (await run.LogAsync("s")).Select(logged => (logged.EventId, logged.Said("delta"), logged.Said("content"))).ShouldBe([("e1", "Hello", null), ("e2", " world", null), ("e3", null, "Hello world")]);
    }

    private static string Partial(string content, string id = "m") =>
        $$"""{"event":"message.partial","data":{"id":"{{id}}","sessionId":"s","role":"assistant","content":"{{content}}","createdAt":"2025-10-15T21:57:11.120Z"} }""";

    private async Task AppendAsync(params Event[] events) =>
        await _bus.AppendAsync(new AppendRequest { Stream = StreamKey.Session("s"), Events = events }, Cancellation);
}
