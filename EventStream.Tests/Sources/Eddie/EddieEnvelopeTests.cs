using System.Text.Json;
using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources.Eddie;

public sealed class EddieEnvelopeTests
{
    private readonly SourceRun _run = new();

    [Theory]
    [InlineData("""{"event":"agent.activity","data":{"sessionId":"s1","state":"tool","timestamp":"2025-10-15T21:57:12.004Z"}}""")]
    [InlineData("""{"event":"message.created","data":{"sessionId":"s1","id":"m","role":"user","content":"","createdAt":"2025-10-15T21:57:12.004Z"}}""")]
    [InlineData("""{"event":"session.updated","data":{"id":"s1","createdAt":"2024-01-01T00:00:00Z","updatedAt":"2025-10-15T21:57:12.004Z"}}""")]
    [InlineData("""{"event":"logs.created","data":{"context":{"sessionId":"s1"},"message":"","createdAt":"2025-10-15T21:57:12.004Z"}}""")]
    [InlineData("""{"phase":"model_call","data":{},"sessionId":"s1","time":1760565432004}""")]
    [InlineData("""{"phase":"model_call","data":{"ts":1760565432004},"sessionId":"s1"}""")]
    public async Task Ingest_StampsWithTheNativeTime_WhenItIsKnown(string frame)
    {
        await _run.IngestAsync("eddie", frame);
        _run.Stored.Single().Timestamp.ShouldBe(new DateTimeOffset(2025, 10, 15, 21, 57, 12, 4, TimeSpan.Zero));
    }

    [Fact]
    public async Task Ingest_StampsWithArrival_WhenAMessageGrows()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        await _run.IngestAsync("eddie", Partial("Hi"));
        _run.Stored.ShouldAllBe(stored => stored.Timestamp > before);
        _run.Stored[0].Payload.ToString().ShouldContain("\"created_at\":\"2025-10-15T21:57:11.120Z\"");
    }

    [Fact]
    public async Task Ingest_TellsSourceAndAgent_OfWhatTheEventMeans()
    {
        await _run.IngestAsync("eddie", """{"event":"tool.call","data":{"sessionId":"s1","id":"c1","name":"bash","arguments":"{}","agentId":" agent-42 "}}""");
        var stored = _run.Stored.Single();
        (stored.Source, stored.SourceType, stored.AgentId).ShouldBe(("eddie", "tool.call", "agent-42"));
    }

    [Fact]
    public async Task Ingest_KeepsTheNativeSession_WhenAnotherIsGiven()
    {
        await _run.IngestAsync("eddie", """{"event":"agent.activity","data":{"sessionId":"s1","state":"tool"}}""", new IngestContext { SessionId = "s2" });
        _run.Stored.Single().SessionId.ShouldBe("s2");
        _run.Stored.Single().Payload.ToString().ShouldContain("\"sessionId\":\"s1\"");
    }

    [Fact]
    public async Task Ingest_StoresALogEntryOnce_WhenItsIdIsUnique()
    {
        const string Frame = """{"event":"logs.created","data":[{"id":"0c1f3f0a-7d3a-4d1e-8b5b-0e7e0f6f3a01","level":"info","message":"Engine run started"}]}""";
        var receipts = await _run.IngestAsync("eddie", $"[{Frame},{Frame}]");
        receipts.Select(receipt => receipt.Outcome).ShouldBe([AppendOutcome.Stored, AppendOutcome.Duplicate]);
        _run.Stored.Single().EventId.ShouldBe("0c1f3f0a-7d3a-4d1e-8b5b-0e7e0f6f3a01");
        _run.Stored.Single().SessionId.ShouldBe(EventRules.ReservedSessionId);
    }

    [Fact]
    public async Task Ingest_BroadcastsALog_WhenItsSessionIdIsInvalid()
    {
        await _run.IngestAsync("eddie", """{"event":"logs.created","data":[{"message":"x","context":{"sessionId":"no id"}}]}""");
        _run.Stored.Single().SessionId.ShouldBe(EventRules.ReservedSessionId);
        _run.Stored.Single().Payload.ToString().ShouldContain("no id");
    }

    [Fact]
    public async Task Ingest_AsksForASession_WhenAStreamEventHasNone() =>
        (await Should.ThrowAsync<EventRejectedException>(() => _run.IngestAsync("eddie", """{"type":"delta","text":"Hi"}"""))).Message.ShouldContain("?session_id=");

    [Fact]
    public async Task Ingest_GoesOnWithAMessage_AfterItsStateWasFoldedAnew()
    {
        var bus = new InMemoryEventBus();
        var (first, second) = (new SourceRun(bus), new SourceRun(bus));
        await first.IngestAsync("eddie", Partial("Hel"));
        await second.IngestAsync("eddie", Partial("Hello"));
        await first.IngestAsync("eddie", Partial("Hello you"));
        var log = await first.LogAsync("s1");
        log.Select(stored => stored.Type).ShouldBe(["agent_message_start", "agent_message_delta", "agent_message_delta", "agent_message_delta"]);
        log.Skip(1).Select(stored => JsonElement.Parse(stored.Payload.Utf8.Span).GetProperty("delta").GetString()).ShouldBe(["Hel", "lo", " you"]);
    }

    [Fact]
    public async Task Ingest_ReadsTheLogOfAllBack_WhenAnotherNodeWroteIt()
    {
        var bus = new InMemoryEventBus();
        const string Config = """{"event":"config.updated","data":{"theme":"dark"}}""";
        await new SourceRun(bus).IngestAsync("eddie", Config);
        var second = new SourceRun(bus);
        await second.IngestAsync("eddie", Config);
        (await second.LogAsync(EventRules.ReservedSessionId)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Ingest_TellsTheWholeText_WhenItOutgrowsWhatIsHeld()
    {
        var whole = new string('x', 210_000);
        await _run.IngestAsync("eddie", Partial(whole[..150_000]));
        await _run.IngestAsync("eddie", Partial(whole));
        await _run.IngestAsync("eddie", Partial(whole + "y"));
        _run.Stored.Select(stored => stored.Type).ShouldBe(["agent_message_start", "agent_message_delta", "agent_message_delta", "message_updated"]);
    }

    private static string Partial(string text) =>
        $$$"""{"event":"message.partial","data":{"id":"m","sessionId":"s1","role":"assistant","content":"{{{text}}}","createdAt":"2025-10-15T21:57:11.120Z"}}""";

    [Theory]
    [InlineData(null, 2)]
    [InlineData("x1", 1)]
    [InlineData("x2", 1)]
    [InlineData("x3", 0)]
    public async Task Ingest_EndsTheMessagesOfItsExecution_WhenTheProvidersStreamEnds(string? execution, int ended)
    {
        foreach (var each in (string[])["x1", "x2"]) await _run.IngestAsync("eddie", """{"type":"delta","text":"Hi"}""", new IngestContext { SessionId = "s1", ExecutionId = each });

        await _run.IngestAsync("eddie", """{"type":"end"}""", new IngestContext { SessionId = "s1", ExecutionId = execution });

        var ends = _run.Stored.Where(stored => stored.Type == "agent_message_end").ToList();
        ends.Count.ShouldBe(ended);
        if (execution is not null) ends.ShouldAllBe(end => end.ExecutionId == execution);
    }

    [Fact]
    public async Task Ingest_EndsAMessageOfNoExecution_WhateverExecutionTheEndIsOf()
    {
        await _run.IngestAsync("eddie", """{"type":"delta","text":"Hi"}""", new IngestContext { SessionId = "s1" });

        await _run.IngestAsync("eddie", """{"type":"end"}""", new IngestContext { SessionId = "s1", ExecutionId = "x1" });

        _run.Stored.Count(stored => stored.Type == "agent_message_end").ShouldBe(1);
    }

    [Fact]
    public async Task Ingest_SaysThatATextIsReplaced_OnlyOfOneThatWasStreamed()
    {
        await _run.IngestAsync("eddie", """
            [{"event":"message.created","data":{"id":"m1","sessionId":"s1","role":"user","content":"one"}},
             {"event":"message.updated","data":{"id":"m1","sessionId":"s1","role":"user","content":"two"}},
             {"event":"message.partial","data":{"id":"m2","sessionId":"s1","role":"assistant","content":"one"}},
             {"event":"message.updated","data":{"id":"m2","sessionId":"s1","role":"assistant","content":"two"}}]
            """);

        _run.Stored.Where(stored => stored.Type == "message_updated").Select(stored => (stored.Said("message_id"), stored.Said("replace"))).ShouldBe([("m1", null), ("m2", "true")]);
    }
}
