using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources.Cognesy;

/// <summary>The execution of events that don't name theirs.</summary>
public sealed class CognesyExecutionTests
{
    private readonly SourceRun _run = new();

    [Fact]
    public async Task Ingest_BeginsAnExecution_WithEachProcessingAfterAFinalStatus()
    {
        await IngestAsync(Status("processing"), Chunk("a"), Status("completed"), Status("processing"), Chunk("b"), Status("stopped"));

        var executions = _run.Stored.Select(stored => stored.ExecutionId).ToList();
        executions.ShouldAllBe(execution => execution != null);
        executions.Distinct().Count().ShouldBe(2);
        executions[0].ShouldBe("exec_s1_1");
        _run.Stored.Where(stored => stored.ExecutionId == executions[0]).Select(stored => stored.Type)
            .ShouldBe(["agent_status", "agent_message_start", "agent_message_delta", "agent_message_end", "agent_status"]);
    }

    [Fact]
    public async Task Ingest_BeginsAnExecution_WithAChunkBeforeProcessing()
    {
        await IngestAsync(Chunk("a"), Status("processing"), Chunk("b"), Status("completed"));

        _run.Stored.Select(stored => stored.ExecutionId).Distinct().ShouldBe(["exec_s1_1"]);
        _run.Stored.Select(stored => stored.Type).ShouldBe(["agent_message_start", "agent_message_delta", "agent_status", "agent_message_delta", "agent_message_end", "agent_status"]);
    }

    [Fact]
    public async Task Ingest_JoinsTheExecutionThatIsKnown_WhenOnlySomeEventsNameIt()
    {
        await IngestAsync(Status("processing", execution: "exec-456"), Chunk("a"), """{"event":"step.completed","data":{"session_id":"s1","step_number":1}}""", Status("completed", execution: "exec-456"));

        _run.Stored.ShouldAllBe(stored => stored.ExecutionId == "exec-456");
    }

    [Fact]
    public async Task Ingest_JoinsTheLastExecution_WhenAStepCompletesAfterItsEnd()
    {
        await IngestAsync(Status("processing"), Status("completed"), """{"event":"step.completed","data":{"session_id":"s1","step_number":1}}""");

        _run.Stored.Select(stored => stored.ExecutionId).Distinct().ShouldBe(["exec_s1_1"]);
    }

    [Fact]
    public async Task Ingest_LeavesTheExecutionOpen_WhenItIsIdleOutsideOfAny()
    {
        await IngestAsync(Status("idle"), Status("completed"));

        _run.Stored.ShouldAllBe(stored => stored.ExecutionId == null);
    }

    [Fact]
    public async Task Ingest_EndsOnlyTheMessagesOfItsExecution_WithAFinalStatus()
    {
        await IngestAsync(Chunk("a", "exec-1"), Chunk("b", "exec-2"), Status("cancelled", execution: "exec-2"), Chunk("c", "exec-1"), Status("completed", execution: "exec-1"));

        Ends().ShouldBe(["b", "ac"]);
    }

    [Fact]
    public async Task Ingest_EndsTheOldestMessage_WhenMoreStepsSpeakThanAreKept()
    {
        for (var step = 1; step <= 70; step++)
            await IngestAsync($$$"""{"type":"agent.step.started","session_id":"s1","execution_id":"exec-1","payload":{"step_number":{{{step}}}}}""", Chunk($"{step}", "exec-1"));
        await IngestAsync(Status("completed", execution: "exec-1"));

        Ends().ShouldBe(Enumerable.Range(1, 70).Select(step => $"{step}"));
    }

    [Fact]
    public async Task Ingest_TakesTheReasonOfTheStop_FromWhatCameBefore()
    {
        await IngestAsync(
            """{"class":"AgentExecutionStopped","session_id":"s1","executionId":"exec-1","stopReason":"steps_limit"}""",
            """{"class":"AgentExecutionStopped","session_id":"s1","executionId":"exec-2","stopReason":"time_limit"}""",
            """{"class":"AgentExecutionCompleted","session_id":"s1","executionId":"exec-1","status":"stopped"}""");

        _run.Stored[^1].Payload.ToString().ShouldBe("""{"run_id":"exec-1","status":"stopped","stop_reason":"steps_limit"}""");
    }

    private IEnumerable<string?> Ends() =>
        _run.Stored.Where(stored => stored.Type == "agent_message_end").Select(stored => JsonText.MemberText(System.Text.Json.JsonElement.Parse(stored.Payload.Utf8.Span), "content"));

    private async Task IngestAsync(params string[] frames)
    {
        foreach (var frame in frames) await _run.IngestAsync("cognesy", frame);
    }

    private static string Status(string status, string? execution = null) =>
        $$$"""{"event":"session.status","data":{"session_id":"s1","execution_id":{{{Json(execution)}}},"status":"{{{status}}}"}}""";

    private static string Chunk(string text, string? execution = null) =>
        $$$"""{"event":"stream.chunk","data":{"session_id":"s1","execution_id":{{{Json(execution)}}},"chunk":"{{{text}}}","is_complete":false}}""";

    private static string Json(string? id) => id is null ? "null" : $"\"{id}\"";
}
