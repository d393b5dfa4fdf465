using EventStream.Sessions;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sessions;

/// <summary>Steps, executions, entities and event ids.</summary>
public sealed class SessionStateProgressTests
{
    [Fact]
    public void Apply_OpensAndEndsSteps_ByRunOrExecution()
    {
        var state = SessionState.Empty.Then("agent_step_started", """{"step_number":1}""", execution: "x1").Then("workflow_step_started", """{"run_id":"r1","step_id":"a"}""").Then("workflow_step_started", """{"step_id":"b"}""");
        state.OpenSteps.ShouldBe(["x1/1", "r1/a", "/b"]);
        state.Execution("x1")!.Step.ShouldBe(1);

        state = state.Then("agent_step_completed", """{"step_number":1}""", execution: "x1").Then("workflow_step_completed", """{"run_id":"r1","step_id":"a"}""");

        state.OpenSteps.ShouldBe(["/b"]);
        state.Execution("x1")!.Step.ShouldBeNull();
    }

    [Theory]
    [InlineData("agent_step_completed", """{"step_number":1,"errors":["broken"]}""", 1)]
    [InlineData("agent_step_completed", """{"step_number":1,"errors":null}""", 0)]
    [InlineData("agent_step_updated", """{"step_id":"a","status":"failed"}""", 1)]
    [InlineData("agent_step_updated", """{"step_id":"a","status":"cancelled"}""", 0)]
    [InlineData("workflow_node_state_updated", """{"node_id":"a","run_id":"r1","status":"failed"}""", 1)]
    [InlineData("workflow_node_state_updated", """{"node_id":"a","run_id":"r1","status":"running"}""", 0)]
    public void Apply_CountsAStepThatFailed_OnceHoweverOftenItIsTold(string type, string payload, int errors) =>
        SessionState.Empty.Then(type, payload).Then(type, payload).Errors.ShouldBe(errors);

    [Fact]
    public void Apply_DropsTheOldestStep_WhenTooManyAreOpen()
    {
        var state = SessionState.Empty.ThenEach(SessionState.MaxOpenSteps + 1, "workflow_step_started", """{"step_id":"s#"}""");

        state.OpenSteps.Count().ShouldBe(500);
        state.OpenSteps.First().ShouldBe("/s1");
    }

    [Fact]
    public void Apply_KnowsTheStatus_OfTheSessionAndOfEachExecution()
    {
        var state = SessionState.Empty.Then("agent_status", """{"status":"processing"}""", execution: "x1").Then("agent_status", """{"status":"idle"}""", execution: "x2").Then("agent_status", """{"status":"thinking"}""");

        (state.AgentStatus, state.Execution("x1")!.Status, state.Execution("x2")!.Status).ShouldBe(("thinking", "processing", "idle"));
        (state.LatestExecution(_ => true), state.LatestExecution(execution => execution.Status == "processing"), state.LatestExecution(_ => false)).ShouldBe(("x2", "x1", null));
    }

    [Fact]
    public void Apply_ForgetsTheOldestExecution_WhenThereAreTooMany()
    {
        var state = SessionState.Empty.ThenEach(SessionState.MaxExecutions + 1, "agent_status", """{"status":"processing"}""", execution: "x#");

        (state.Execution("x0"), state.Execution("x1")!.Number, state.Execution("x100")!.Number).ShouldBe((null, 1L, 100L));
    }

    [Theory]
    [InlineData("ingest_job_created", """{"job_id":"7","status":"queued","progress":0.5}""", "ingest_job/7")]
    [InlineData("ingest_job_failed", """{"job_id":"7","status":"queued","progress":0.5}""", "ingest_job/7")]
    [InlineData("workflow_run_paused", """{"run_id":"7","status":"queued","progress":0.5}""", "workflow_run/7")]
    [InlineData("agent_step_updated", """{"step_id":"7","status":"queued","progress":0.5}""", "agent_step//7")]
    [InlineData("workflow_node_state_updated", """{"node_id":"7","run_id":"r1","status":"queued","progress":0.5}""", "node/r1/7")]
    [InlineData("run_updated", """{"run_id":"7","status":"queued","progress":0.5}""", "run/7")]
    [InlineData("message_created", """{"message_id":"7","status":"queued","progress":0.5}""", "message/7")]
    [InlineData("message_updated", """{"message_id":"7","status":"queued","progress":0.5}""", "message/7")]
    public void Apply_KnowsAnEntity_ByStatusAndProgress(string type, string payload, string key)
    {
        var state = SessionState.Empty.Then(type, payload);

        state.KnowsEntity(key).ShouldBeTrue();
        state.IsEntityAt(key, SessionState.DigestOf("queued", 0.5)).ShouldBeTrue();
        state.IsEntityAt(key, SessionState.DigestOf("queued", 0.6)).ShouldBeFalse();
        state.IsEntityAt(key, SessionState.DigestOf("running", 0.5)).ShouldBeFalse();
        SessionState.Empty.KnowsEntity(key).ShouldBeFalse();
    }

    [Fact]
    public void Apply_ForgetsTheOldestEntity_WhenThereAreTooMany()
    {
        var state = SessionState.Empty.ThenEach(SessionState.MaxEntities + 1, "ingest_job_updated", """{"job_id":"#"}""");

        (state.KnowsEntity("ingest_job/0"), state.KnowsEntity("ingest_job/1"), state.KnowsEntity("ingest_job/1000")).ShouldBe((false, true, true));
    }

    [Fact]
    public void Apply_KnowsTheIds_OfEventsOfSources()
    {
        var state = SessionState.Empty.Then(SessionEvents.Event("agent_thought", "{}", source: "adk", id: "e1")).Then(SessionEvents.Event("agent_thought", "{}", id: "e2"));

        (state.KnowsEvent("e1"), state.KnowsEvent("e2")).ShouldBe((true, false));
    }

    [Fact]
    public void Apply_ForgetsTheOldestId_WhenThereAreTooMany()
    {
        var state = Enumerable.Range(0, SessionState.MaxEventIds + 1).Aggregate(SessionState.Empty, (told, number) => told.Then(SessionEvents.Event("agent_thought", "{}", source: "adk", id: $"e{number}")));

        (state.KnowsEvent("e0"), state.KnowsEvent("e1"), state.KnowsEvent("e1000")).ShouldBe((false, true, true));
    }

    [Theory]
    [InlineData("session_started", """{"session_id":"s1","agent":"a"}""")]
    [InlineData("session_created", """{"session":{}}""")]
    [InlineData("session_updated", """{"session":{}}""")]
    [InlineData("tool_call_delta", """{"delta":"…"}""")]
    [InlineData("tool_call_args_delta", """{"delta":"{"}""")]
    [InlineData("tool_call_args_end", "{}")]
    [InlineData("workflow_started", """{"workflow":"w","run_id":"r1"}""")]
    [InlineData("workflow_transition", """{"run_id":"r1","from_step":"a","to_step":"b"}""")]
    [InlineData("workflow_completed", """{"run_id":"r1","result":{}}""")]
    [InlineData("snapshot_committed", """{"run_id":"r1","snapshot_id":"s1"}""")]
    [InlineData("run_error", """{"error_type":"e","message":"m"}""")]
    [InlineData("agent_continuation", """{"should_stop":true}""")]
    [InlineData("notification", """{"message":"m"}""")]
    [InlineData("retrieval_started", """{"query":"q"}""")]
    [InlineData("retrieval_result", """{"documents":[]}""")]
    [InlineData("automation_triggered", """{"workflow":"w"}""")]
    [InlineData("automation_completed", """{"workflow":"w"}""")]
    [InlineData("metrics_update", """{"cpu":1}""")]
    [InlineData("trace_created", """{"trace_id":"t1"}""")]
    [InlineData("trace_updated", """{"trace_id":"t1"}""")]
    [InlineData("config_updated", """{"config":{}}""")]
    [InlineData("log_created", """{"level":"info","message":"m"}""")]
    [InlineData("custom_event", """{"name":"agent_message_start","value":{"message_id":"m1"}}""")]
    [InlineData("weather", """{"message_id":"m1"}""")]
    public void Apply_MovesTheHeadAndTheTimeAlone_WhenNothingIsOpenedOrEnded(string type, string payload)
    {
        var state = SessionState.Empty.Then(type, payload);

        state.Head.ShouldBe(SessionState.Empty.Head.Next);
        (state with { Head = SessionState.Empty.Head, LastEventAt = null }).Describe().ShouldBe(SessionState.Empty.Describe());
    }
}
