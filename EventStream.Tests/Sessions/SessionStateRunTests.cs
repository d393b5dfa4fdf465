using EventStream.Sessions;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sessions;

public sealed class SessionStateRunTests
{
    private static SessionState Busy { get; } = SessionState.Empty
        .Then("run_started", """{"run_id":"r1"}""", agent: "main").Then("run_started", """{"run_id":"r2","agent":"sub"}""", agent: "main")
        .Then("agent_message_delta", """{"message_id":"m1","delta":"a"}""", run: "r1").Then("agent_message_delta", """{"message_id":"m2","delta":"b"}""", run: "r2")
        .Then("tool_call_started", """{"tool_call_id":"c1","tool_name":"t"}""", run: "r1").Then("tool_call_started", """{"tool_call_id":"c2","tool_name":"t"}""")
        .Then("workflow_step_started", """{"run_id":"r1","step_id":"a"}""").Then("workflow_step_started", """{"run_id":"r2","step_id":"a"}""");

    [Theory]
    [InlineData("run_created")]
    [InlineData("run_started")]
    [InlineData("run_updated")]
    [InlineData("run_awaiting_input")]
    [InlineData("run_retry")]
    [InlineData("run_error")]
    [InlineData("run_interrupted")]
    public void Apply_KnowsARun_ByEachOfItsEvents(string type)
    {
        var state = SessionState.Empty.Then(type, "{}", run: "r1");

        var run = state.Run("r1")!.Value;
        (run.LastType, run.Agent, run.Number, run.EndedAt, run.IsEnded).ShouldBe((type, null, 0, null, false));
    }

    [Theory]
    [InlineData("run_interrupt_requested")]
    [InlineData("run_steered")]
    public void Apply_KnowsNoRun_BecauseSomebodyAskedSomethingOfIt(string type) => SessionState.Empty.Then(type, """{"message":"so"}""", run: "r1").Run("r1").ShouldBeNull();

    [Theory]
    [InlineData("run_completed")]
    [InlineData("run_failed")]
    [InlineData("run_cancelled")]
    public void Apply_ClosesWhatARunHasOpen_WhenItEnds(string type)
    {
        var state = Busy.Then(type, """{"run_id":"r1"}""");

        state.Run("r1")!.Value.IsEnded.ShouldBeTrue();
        state.OpenMessages.Select(message => message.Id).ShouldBe(["m2"]);
        state.OpenToolCalls.Select(call => call.Id).ShouldBe(["c2"]);
        state.OpenSteps.ShouldBe(["r2/a"]);
    }

    [Fact]
    public void Apply_LeavesOutWhatComesLate_WhenTheRunHasEnded()
    {
        var ended = Busy.Then("run_completed", """{"run_id":"r1"}""");

        var state = ended.Then("agent_message_delta", """{"message_id":"m9","delta":"late"}""", run: "r1").Then("run_started", """{"run_id":"r1"}""");

        (state with { Head = ended.Head }).Describe().ShouldBe(ended.Describe());
    }

    [Fact]
    public void Apply_KnowsWhoseRunsAreOpen()
    {
        (Busy.OpenRun("main"), Busy.OpenRun("sub"), Busy.OpenRun(agent: null)).ShouldBe(("r1", "r2", null));

        var state = Busy.Then("run_started", """{"run_id":"r3"}""", agent: "main");
        state.OpenRun("main").ShouldBe("r3");
        state.Then("run_failed", """{"run_id":"r3"}""", agent: "other").OpenRun("main").ShouldBe("r1");
    }

    [Theory]
    [InlineData("session_ended")]
    [InlineData("session_deleted")]
    public void Apply_ClosesEverything_WhenTheSessionEnds(string type)
    {
        var state = Busy.Then(type, "{}");

        state.OpenMessages.ShouldBeEmpty();
        state.OpenToolCalls.ShouldBeEmpty();
        state.OpenSteps.ShouldBeEmpty();
        state.Bytes.ShouldBeLessThan(Busy.Bytes);
    }

    [Fact]
    public void Apply_ForgetsTheOldestRunThatHasEnded_BeforeThoseThatGoOn()
    {
        var state = SessionState.Empty.Then("run_started", "{}", run: "first").ThenEach(SessionState.MaxRuns - 1, "run_completed", """{"run_id":"r#"}""").Then("run_started", "{}", run: "last");

        (state.Run("first")?.IsEnded, state.Run("r0"), state.Run("r1")?.IsEnded, state.Run("last")?.IsEnded).ShouldBe((false, null, true, false));
    }

    [Fact]
    public void Apply_ForgetsTheOldestRun_WhenThereAreTooMany()
    {
        var state = SessionState.Empty.ThenEach(SessionState.MaxRuns + 1, "run_started", """{"run_id":"r#"}""");

        (state.Run("r0"), state.Run("r1")!.Value.Number, state.Run("r1000")!.Value.Number).ShouldBe((null, 1L, 1000L));
    }
}
