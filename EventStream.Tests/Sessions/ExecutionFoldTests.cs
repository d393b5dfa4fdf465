using EventStream.Events;
using EventStream.Sessions;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sessions;

/// <summary>What a session's state knows of executions and of the states of runs.</summary>
public sealed class ExecutionFoldTests
{
    private SessionState _state = SessionState.Empty;

    [Fact]
    public void Apply_KnowsAnExecution_FromItsFirstEvent()
    {
        Apply("agent_message_start", """{"message_id":"m1"}""");

        _state.LatestExecution(execution => execution.Status.Length == 0).ShouldBe("exec-1");
    }

    [Fact]
    public void Apply_KnowsTheStepItIsInAndTheLastOne()
    {
        Apply("agent_step_started", """{"step_number":4}""");
        _state.Execution("exec-1")!.Step.ShouldBe(4);

        Apply("agent_step_completed", """{"step_number":4}""");
        _state.Execution("exec-1")!.Step.ShouldBeNull();
        _state.Execution("exec-1")!.LastStep.ShouldBe(4);
    }

    [Fact]
    public void Apply_KeepsReasonAndError_WhenLaterStatusesSayNone()
    {
        Apply("agent_status", """{"status":"stopped","stop_reason":"steps_limit","error_message":"e"}""");
        Apply("agent_status", """{"status":"completed"}""");

        _state.Execution("exec-1").ShouldBe(new ExecutionState { Number = 0, Status = "completed", StopReason = "steps_limit", Error = "e" });
    }

    [Fact]
    public void Apply_KeepsTheBeginningOfAnError_WhenItIsLong()
    {
        Apply("run_error", $$"""{"error_type":"e","message":"{{new string('x', 5000)}}"}""", "exec-1");

        _state.Execution("exec-1")!.Error.ShouldBe(new string('x', ExecutionState.MaxTextLength));
    }

    [Theory]
    [InlineData("run_completed", "completed")]
    [InlineData("run_failed", "failed")]
    [InlineData("run_cancelled", "cancelled")]
    public void Apply_EndsTheExecution_WithItsRun(string type, string status)
    {
        Apply(type, """{"run_id":"exec-1","error":"e"}""", "exec-1");

        _state.Execution("exec-1")!.Status.ShouldBe(status);
    }

    [Fact]
    public void Apply_KeepsTheStateOfARun_WhenANoticeComes()
    {
        Apply("run_updated", """{"run_id":"r1","status":"running"}""", "r1");
        Apply("run_error", """{"run_id":"r1","error_type":"e","message":"m"}""", "r1");

        _state.IsEntityAt(SessionState.EntityKey("run", "r1"), SessionState.DigestOf("running", null)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("run_created", true)]
    [InlineData("run_error", false)]
    public void Apply_KnowsARunWithoutAStatus_OnlyFromItsCreation(string type, bool isKnown)
    {
        Apply(type, """{"run_id":"r1","error_type":"e","message":"m"}""", "r1");

        _state.KnowsEntity(SessionState.EntityKey("run", "r1")).ShouldBe(isKnown);
    }

    private void Apply(string type, string payload, string? run = null)
    {
        var next = new Event
        {
            EventId = $"e{_state.Head.Offset}",
            SessionId = "s1",
            Timestamp = DateTimeOffset.UnixEpoch,
            Type = type,
            Payload = EventPayload.Parse(payload),
            RunId = run,
            ExecutionId = "exec-1",
        };
        _state = _state.Apply(next, _state.Head.Next);
    }
}
