using EventStream.Events;
using EventStream.Sessions;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sessions;

public sealed class SessionStateToolTests
{
    private static SessionState Started { get; } = SessionState.Empty
        .Then("tool_call_started", """{"tool_call_id":"c1","tool_name":"view","args":{"a":1},"agent":"main"}""", run: "r1", execution: "x1")
        .Then("tool_call_started", """{"tool_call_id":"c2","tool_name":"bash","args":{}}""", agent: "sub");

    [Fact]
    public void Apply_OpensCalls_InTheirOrder()
    {
        Started.OpenToolCalls.Select(call => (call.Id, call.Name, call.Agent, call.RunId, call.ExecutionId)).ShouldBe([("c1", "view", "main", "r1", "x1"), ("c2", "bash", "sub", null, null)]);
        Started.ToolCall("c1")!.Args.ShouldBe(ToolValue.Of(EventPayloadElement("""{"a":1}""")));
    }

    [Fact]
    public void Apply_EndsACall_AndStillKnowsIt()
    {
        var state = Started.Then("tool_call_result", """{"tool_call_id":"c1","tool_name":"view","result":1}""", run: "r1");

        state.OpenToolCalls.ShouldHaveSingleItem().Id.ShouldBe("c2");
        (state.ToolCall("c1")!.HasResult, state.ToolCall("c1")!.Name).ShouldBe((true, "view"));
    }

    [Fact]
    public void Apply_KnowsACall_WhenOnlyItsResultCame()
    {
        var state = SessionState.Empty.Then("tool_call_result", """{"tool_call_id":"c1","tool_name":"view","result":1}""");

        state.OpenToolCalls.ShouldBeEmpty();
        (state.ToolCall("c1")!.HasResult, state.ToolCall("c1")!.Name).ShouldBe((true, "view"));
    }

    [Theory]
    [InlineData("""{"tool_call_id":"c1","args":{"a":2}}""", """{"a":2}""")]
    [InlineData("""{"tool_call_id":"c1","args":{},"args_raw":"{\"a\":…"}""", "\"{\\\"a\\\":…\"")]
    [InlineData("""{"tool_call_id":"c1","tool_name":"look"}""", """{"a":1}""")]
    public void Apply_KnowsTheNewArguments_WhenACallIsUpdated(string update, string args) =>
        Started.Then("tool_call_updated", update, run: "r1").ToolCall("c1")!.Args.ShouldBe(ToolValue.Of(EventPayloadElement(args)));

    [Theory]
    [InlineData("""{"tool_call_id":"c1","tool_name":"view","args":{"a":2}}""", "r1")]
    [InlineData("""{"tool_call_id":"c1","tool_name":"view"}""", "r1")]
    [InlineData("""{"tool_call_id":"c1","tool_name":"view","args":{"a":1}}""", "r2")]
    public void Apply_OpensAnEndedCall_WhenItBeginsAnew(string start, string run)
    {
        var state = Started.Then("tool_call_result", """{"tool_call_id":"c1"}""", run: "r1").Then("tool_call_started", start, run: run);

        state.OpenToolCalls.Select(call => call.Id).ShouldBe(["c2", "c1"]);
        state.ToolCall("c1")!.HasResult.ShouldBeFalse();
    }

    [Theory]
    [InlineData("r1")]
    [InlineData(null)]
    public void Apply_LeavesACallEnded_WhenItsStartIsRepeated(string? run)
    {
        var state = Started.Then("tool_call_result", """{"tool_call_id":"c1"}""", run: "r1").Then("tool_call_started", """{"tool_call_id":"c1","tool_name":"view","args":{"a":1}}""", run: run);

        state.OpenToolCalls.ShouldHaveSingleItem().Id.ShouldBe("c2");
    }

    [Fact]
    public void Apply_LeavesACallEnded_WhenItsStartComesAfterItsResult()
    {
        var state = SessionState.Empty
            .Then("tool_call_result", """{"tool_call_id":"tc_77","tool_name":"view","result":1}""", run: "r1")
            .Then("tool_call_started", """{"tool_call_id":"tc_77","tool_name":"view","args":{"a":1}}""", run: "r1");

        state.OpenToolCalls.ShouldBeEmpty();
        (state.ToolCall("tc_77")!.HasResult, state.ToolCall("tc_77")!.Args).ShouldBe((true, ToolValue.Of(EventPayloadElement("""{"a":1}"""))));
    }

    [Theory]
    [InlineData("tool_call_delta", "r1", true)]
    [InlineData("tool_call_args_delta", "r1", true)]
    [InlineData("tool_call_args_end", "r1", true)]
    [InlineData("tool_call_delta", "r2", false)]
    public void FindToolCall_FindsTheCallOfASource_WhenOnlyAPieceOfItCame(string type, string run, bool isFound)
    {
        var state = SessionState.Empty.Then(type, """{"tool_call_id":"c1~7","source_tool_call_id":"c1","delta":"{"}""", run: "r1");

        (state.FindToolCall("c1", run)?.Id).ShouldBe(isFound ? "c1~7" : null);
        state.OpenToolCalls.ShouldHaveSingleItem().IsStarted.ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"tool_call_id":"c1","result":1.0}""", true)]
    [InlineData("""{"tool_call_id":"c1","result":2}""", false)]
    [InlineData("""{"tool_call_id":"c1","result":1,"error":"e"}""", false)]
    public void Apply_KnowsHowACallEnded_HoweverItIsWritten(string result, bool isSame)
    {
        var (one, other) = (Started.Then("tool_call_result", """{"tool_call_id":"c1","result":1,"error":null}""", run: "r1"), Started.Then("tool_call_result", result, run: "r1"));

        one.ToolCall("c1")!.MayHaveEndedWith(other.ToolCall("c1")!.Outcome!.Value).ShouldBe(isSame);
    }

    [Theory]
    [InlineData("7", "7")]
    [InlineData("1.0", "1.0")]
    [InlineData("true", "true")]
    [InlineData("""{"turn":1}""", """{"turn":1}""")]
    public void Apply_KnowsACall_WhateverTheTypeOfItsId(string id, string expected) =>
        SessionState.Empty.Then("tool_call_started", $$"""{"tool_call_id":{{id}},"tool_name":"view"}""").OpenToolCalls.ShouldHaveSingleItem().Id.ShouldBe(expected);

    [Theory]
    [InlineData("tool_call_started", """{"tool_call_id":null,"tool_name":"view"}""")]
    [InlineData("tool_call_started", """{"tool_call_id":[],"tool_name":"view"}""")]
    [InlineData("tool_call_updated", """{"tool_call_id":"c9","args":{}}""")]
    [InlineData("tool_call_result", """{"tool_name":"view"}""")]
    public void Apply_ChangesNothing_WhenNoCallIsNamed(string type, string payload) => (Started.Then(type, payload) with { Head = Started.Head }).Describe().ShouldBe(Started.Describe());

    [Fact]
    public void Apply_DropsTheOldestCalls_WhenThereAreTooMany()
    {
        var state = SessionState.Empty.ThenEach(SessionState.MaxToolCalls + 1, "tool_call_started", """{"tool_call_id":"c#","tool_name":"t"}""");

        state.OpenToolCalls.Count().ShouldBe(500);
        state.OpenToolCalls.First().Id.ShouldBe("c501");
        (state.ToolCall("c0"), state.ToolCall("c1")?.Id).ShouldBe((null, "c1"));
    }

    private static System.Text.Json.JsonElement EventPayloadElement(string json) => System.Text.Json.JsonElement.Parse(CompactJson.From(System.Text.Encoding.UTF8.GetBytes(json)));
}
