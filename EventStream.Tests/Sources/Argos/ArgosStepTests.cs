using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources.Argos;

/// <summary>Argos sends the last steps of a run again each second.</summary>
public sealed class ArgosStepTests
{
    [Fact]
    public void Normalise_TellsEachStateOnce_WhenStepsAreSentAgain() =>
        Statuses(Step("running"), Step("completed"), Step("running"), Step("completed"), Step("running")).ShouldBe(["running", "completed"]);

    [Fact]
    public void Normalise_TellsAStateAgain_WhenTheStepHasNotEnded() =>
        Statuses(Step("running"), Step("pending"), Step("running"), Step("failed"), Step("pending")).ShouldBe(["running", "pending", "running", "failed"]);

    [Fact]
    public void Normalise_TellsTheStatesOfEachStep_WhenTheyComeInTurns() =>
        Statuses(Step("running"), Step("running", "s2"), Step("completed"), Step("running", "s2"), Step("completed", "s2"), Step("running")).ShouldBe(["running", "running", "completed", "completed"]);

    [Fact]
    public void Normalise_TellsALastStateOnce_WhenTheRunHasEnded() =>
        Statuses(Step("running"), """{"type":"agent.run.completed","run":{"id":"r1","status":"completed"}}""", Step("completed"), Step("completed"), Step("running")).ShouldBe(["running", "completed"]);

    private static IEnumerable<string?> Statuses(params string[] frames) => Telling.Told("argos", frames).Where(told => told.Type == "agent_step_updated").Select(told => told.Said("status"));

    private static string Step(string status, string id = "s1") => $$$"""{"type":"agent.step.updated","run_id":"r1","step":{"id":"{{{id}}}","run_id":"r1","step_number":1,"status":"{{{status}}}"}}""";
}
