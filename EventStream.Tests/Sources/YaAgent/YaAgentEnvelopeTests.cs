using EventStream.Bus;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources.YaAgent;

public sealed class YaAgentEnvelopeTests
{
    private readonly SourceRun _run = new();

    [Fact]
    public async Task Ingest_FillsTheEnvelope_FromTheFrame()
    {
        await _run.IngestAsync("ya-agent", """
            {"event_id":"9c1f0a7b2d3f","event_type":"content_delta","session_id":"sess_0002","timestamp":"2026-02-28T10:00:01.200000","agent_id":"main",
             "payload":{"run_id":"run_0001","message_id":"m_1","delta":"Hello","kind":"text"}}
            """);

        var stored = _run.Stored.ShouldHaveSingleItem();
        stored.EventId.ShouldBe("9c1f0a7b2d3f");
        stored.Timestamp.ShouldBe(new DateTimeOffset(2026, 2, 28, 10, 0, 1, 200, TimeSpan.Zero));
        (stored.SessionId, stored.RunId, stored.AgentId, stored.Source, stored.SourceType).ShouldBe(("sess_0002", "run_0001", "main", "ya-agent", "content_delta"));
        stored.Payload.ToString().ShouldBe("""{"message_id":"m_1","delta":"Hello","agent":"main","kind":"text"}""");
    }

    [Fact]
    public async Task Ingest_NeverTakesTheIdOfAnSdkEvent_SinceStartAndEndShareIt()
    {
        await _run.IngestAsync("ya-agent", """
            [{"agent_id":"main","agent_name":"Coder","event":{"class":"SubagentStartEvent","event_id":"corr-1","timestamp":"2026-02-28T10:00:01.200000"}},
             {"agent_id":"main","agent_name":"Coder","event":{"class":"SubagentCompleteEvent","event_id":"corr-1","timestamp":"2026-02-28T10:00:02.200000"}}]
            """, new IngestContext { SessionId = "s1" });

        _run.Stored.Count.ShouldBe(2);
        _run.Stored.ShouldAllBe(stored => stored.EventId != "corr-1" && stored.AgentId == "main");
        _run.Stored.Select(stored => stored.SourceType).ShouldBe(["SubagentStartEvent", "SubagentCompleteEvent"]);
        _run.Stored[0].Timestamp.ShouldBe(new DateTimeOffset(2026, 2, 28, 10, 0, 1, 200, TimeSpan.Zero));
    }

    [Fact]
    public async Task Ingest_AnswersRunEnded_WhenARunsEventComesAfterItsEnd()
    {
        var receipts = await _run.IngestAsync("ya-agent", """
            [{"event_id":"a1","event_type":"run_completed","session_id":"s1","payload":{"run_id":"r1"}},
             {"event_id":"a2","event_type":"snapshot_committed","session_id":"s1","payload":{"run_id":"r1","snapshot_id":"s1"}},
             {"event_id":"a1","event_type":"run_completed","session_id":"s1","payload":{"run_id":"r1"}}]
            """);

        receipts.Select(receipt => receipt.Outcome).ShouldBe([AppendOutcome.Stored, AppendOutcome.RunEnded, AppendOutcome.Duplicate]);
    }

    [Fact]
    public async Task Ingest_TellsTheRunsOfAgentsApart_WhenTheirEventsNameNone()
    {
        await _run.IngestAsync("ya-agent", """
            [{"agent_id":"main","event":{"class":"AgentExecutionStartEvent","event_id":"r1"}},
             {"agent_id":"sub_1","event":{"class":"AgentExecutionStartEvent","event_id":"r2"}},
             {"agent_id":"main","event":{"event_kind":"part_start","index":0,"part":{"part_kind":"text","content":"a"}}},
             {"agent_id":"sub_1","event":{"event_kind":"part_start","index":0,"part":{"part_kind":"text","content":"b"}}},
             {"agent_id":"other","event":{"event_kind":"part_start","index":0,"part":{"part_kind":"text","content":"c"}}},
             {"agent_id":"sub_1","event":{"class":"AgentExecutionCompleteEvent","event_id":"r2"}}]
            """, new IngestContext { SessionId = "s1" });

        _run.Stored.Select(stored => $"{stored.Type} {stored.RunId}").ShouldBe([
            "run_started r1", "run_started r2", "agent_message_start r1", "agent_message_delta r1", "agent_message_start r2", "agent_message_delta r2",
            "agent_message_start r1", "agent_message_delta r1", "agent_message_end r2", "run_completed r2"]);
    }

    [Theory]
    [InlineData("text", "agent_message_delta")]
    [InlineData("thinking", "agent_thought_delta")]
    public async Task Ingest_GoesOnWithTheNewestMessage_WhenAPieceNamesNone(string kind, string type)
    {
        string[] ids = ["m1", "m2", "m3"];
        await _run.IngestAsync("ya-agent", $"[{string.Join(',', ids.Select(id => $$"""{"event_type":"content_delta","payload":{"message_id":"{{id}}","delta":"{{id}}","kind":"{{kind}}"} }"""))}]", new IngestContext { SessionId = "s1", RunId = "r1" });
        await _run.IngestAsync("ya-agent", $$"""{"event_type":"content_delta","payload":{"delta":"more","kind":"{{kind}}"} }""", new IngestContext { SessionId = "s1", RunId = "r1" });

        _run.Stored.Where(stored => stored.Type == type).Select(stored => (stored.Said("message_id"), stored.Said("delta"))).ShouldBe([("m1", "m1"), ("m2", "m2"), ("m3", "m3"), ("m3", "more")]);
    }

    [Fact]
    public async Task Ingest_IsRefused_WhenNothingNamesTheSession()
    {
        var refused = await Should.ThrowAsync<EventRejectedException>(() => _run.IngestAsync("ya-agent", """{"agent_id":"main","event":{"event_kind":"part_end","index":0}}"""));

        refused.Message.ShouldContain("session_id=");
    }

    [Fact]
    public async Task Ingest_AssemblesTheWholeMessage_OverLongSequences()
    {
        var context = new IngestContext { SessionId = "s1", RunId = "r1" };
        foreach (var i in Enumerable.Range(0, 500))
            await _run.IngestAsync("ya-agent", $$"""{"event_type":"content_delta","event_id":"e{{i}}","payload":{"message_id":"m1","delta":"{{i}} ","kind":"{{(i % 2 == 0 ? "text" : "thinking")}}"} }""", context);
        await _run.IngestAsync("ya-agent", """{"event_type":"message_end","event_id":"end1","payload":{"message_id":"m1"}}""", context);

        _run.Stored[^2].Payload.ToString().ShouldContain($"\"content\":\"{string.Concat(Enumerable.Range(0, 500).Where(i => i % 2 == 1).Select(i => $"{i} "))}\"");
        _run.Stored[^1].Payload.ToString().ShouldContain($"\"content\":\"{string.Concat(Enumerable.Range(0, 500).Where(i => i % 2 == 0).Select(i => $"{i} "))}\"");
    }
}
