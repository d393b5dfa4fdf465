using EventStream.Bus;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources.Cognesy;

public sealed class CognesyEnvelopeTests
{
    private const string Encoded =
        """{"class":"ToolCallStarted","tool":"search","args":{"q":"hi"},"startedAt":{"date":"2026-01-16 13:00:00.120000","timezone_type":3,"timezone":"Europe/Berlin"},"id":"0d0f9f0e-1111-4222-8333-444455556666","createdAt":{"date":"2026-01-16 13:00:00.120100","timezone_type":3,"timezone":"Europe/Berlin"},"data":{"tool":"search","args":{"q":"hi"},"at":"2026-01-16T12:00:00+00:00"},"logLevel":"debug"}""";

    private static readonly IngestContext Session = new() { SessionId = "s1" };

    private readonly SourceRun _run = new();

    [Fact]
    public async Task Ingest_SaysInTheEnvelopeWhatTheFrameKnows_OfABroadcast()
    {
        await _run.IngestAsync("cognesy", """{"type":"agent.status","session_id":"s1","execution_id":"exec-456","timestamp":"2026-01-16T12:00:00.120Z","payload":{"status":"processing"}}""");

        var stored = _run.Stored.Single();
        stored.SessionId.ShouldBe("s1");
        stored.ExecutionId.ShouldBe("exec-456");
        stored.RunId.ShouldBeNull();
        stored.Source.ShouldBe("cognesy");
        stored.SourceType.ShouldBe("agent.status");
        stored.Timestamp.ShouldBe(DateTimeOffset.Parse("2026-01-16T12:00:00.120Z"));
        stored.Payload.ToString().ShouldBe("""{"status":"processing"}""");
    }

    [Theory]
    [InlineData("""{"type":"agent.status","session_id":"s1","execution_id":"x1","project_id":"p1","agent_id":"a1","payload":{"status":"processing"}}""")]
    [InlineData("""{"type":"agent.status","payload":{"status":"processing","sessionId":"s1","executionId":"x1","projectId":"p1","agentId":"a1"}}""")]
    [InlineData("""{"event":"agent.status","sessionId":"s1","agentId":"a1","data":{"type":"agent.status","execution_id":"x1","project_id":"p1","agent_id":"a1","payload":{"status":"processing","session_id":"s1"}}}""")]
    public async Task Ingest_SaysOnce_WhatTheEnvelopeCarries(string frame)
    {
        await _run.IngestAsync("cognesy", frame);

        var stored = _run.Stored.Single();
        (stored.SessionId, stored.ExecutionId, stored.ProjectId, stored.AgentId).ShouldBe(("s1", "x1", "p1", "a1"));
        stored.Payload.ToString().ShouldBe("""{"status":"processing","agent":"a1"}""");
    }

    [Fact]
    public async Task Ingest_KeepsTheIdAndTheTime_OfARawEventThatWasEncodedWhole()
    {
        await _run.IngestAsync("cognesy", Encoded, Session);
        var again = await _run.IngestAsync("cognesy", Encoded, Session);

        var stored = _run.Stored.Single();
        stored.EventId.ShouldBe("0d0f9f0e-1111-4222-8333-444455556666");
        stored.SourceType.ShouldBe("ToolCallStarted");
        stored.Timestamp.ShouldBe(DateTimeOffset.Parse("2026-01-16T12:00:00.120Z"), TimeSpan.FromMilliseconds(1));
        again.Single().Outcome.ShouldBe(AppendOutcome.Duplicate);
    }

    [Fact]
    public async Task Ingest_SaysOnceWhatARawEventSaysTwice_AndKeepsWhatOnlyTheOuterObjectHas()
    {
        await _run.IngestAsync("cognesy", Encoded, Session);

        var payload = _run.Stored.Single().Payload.ToString();
        payload.ShouldNotContain("\"tool\"");
        payload.ShouldContain("""
            "at":"2026-01-16T12:00:00+00:00"
            """.Trim());
        payload.ShouldContain("\"logLevel\":\"debug\"");
        payload.ShouldContain("\"startedAt\":{");
        payload.Split("\"q\"").Length.ShouldBe(2);
    }

    [Fact]
    public async Task Ingest_TakesTheSessionOfTheChannel_WhenTheEventNamesNone()
    {
        await _run.IngestAsync("cognesy", """{"event":"agent.status","channel":"private-agent.chat-7","data":{"status":"processing"}}""");

        _run.Stored.Single().SessionId.ShouldBe("chat-7");
    }

    [Theory]
    [InlineData("""{"type":"agent.status","payload":{"status":"processing"}}""")]
    [InlineData("""{"event":"stream.chunk","channel":"presence-room.1","data":{"chunk":"x"}}""")]
    [InlineData("""{"class":"HookExecuted","hookName":"h"}""")]
    public async Task Ingest_TellsWhichParameterToGive_WhenNothingNamesASession(string frame)
    {
        var refused = await Should.ThrowAsync<EventRejectedException>(() => _run.IngestAsync("cognesy", frame));

        refused.Message.ShouldContain("?session_id=");
    }

    [Fact]
    public async Task Ingest_HasRunIdsOnRunEventsOnly_OfAnExecution()
    {
        await _run.IngestAsync("cognesy", """
            [{"class":"AgentExecutionStarted","executionId":"exec-1","agentId":"a"},
             {"class":"AgentStepStarted","executionId":"exec-1","agentId":"a","step":1},
             {"class":"AgentExecutionFailed","executionId":"exec-1","agentId":"a","error":"e"},
             {"class":"AgentExecutionCompleted","executionId":"exec-1","agentId":"a","status":"failed"}]
            """, Session);

        _run.Stored.Select(stored => stored.RunId).ShouldBe(["exec-1", null, "exec-1", "exec-1"]);
        _run.Stored.ShouldAllBe(stored => stored.ExecutionId == "exec-1" && stored.AgentId == "a");
    }

    [Fact]
    public async Task Ingest_ClosesWhatIsOpen_WhenTheCallerNamesTheRun()
    {
        await _run.IngestAsync("cognesy", """
            [{"type":"agent.stream.chunk","execution_id":"exec-1","payload":{"content":"Hi","is_complete":false,"chunk_index":0}},
             {"class":"AgentExecutionCompleted","executionId":"exec-1","status":"completed"}]
            """, Session with { RunId = "run-1" });

        _run.Stored.Select(stored => stored.Type).ShouldBe(["agent_message_start", "agent_message_delta", "agent_message_end", "run_completed"]);
        _run.Stored.ShouldAllBe(stored => stored.RunId == "run-1" && stored.ExecutionId == "exec-1");
    }

    [Fact]
    public async Task Ingest_KeepsTheEventWhole_WhenItsExecutionCantNameARun()
    {
        await _run.IngestAsync("cognesy", """{"class":"AgentExecutionStarted","executionId":"exec 1"}""", Session);

        _run.Stored.Single().Type.ShouldBe("custom_event");
        _run.Stored.Single().ExecutionId.ShouldBe("exec 1");
    }

    [Fact]
    public async Task Ingest_AnswersRunEnded_WhenAnExecutionHasItsEndAlready()
    {
        const string End = """{"class":"AgentExecutionCompleted","executionId":"exec-1","status":"completed"}""";
        await _run.IngestAsync("cognesy", End, Session);

        (await _run.IngestAsync("cognesy", End, Session)).Single().Outcome.ShouldBe(AppendOutcome.RunEnded);
    }
}
