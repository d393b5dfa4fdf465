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
        Started.ToolCall("c1")!.ArgsDigest.ShouldBe(SessionState.DigestOf(EventPayloadElement("""{"a":1}""")));
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
    [InlineData("""{"tool_call_id":"c1"}""", "{}")]
    public void Apply_KnowsTheNewArguments_WhenACallIsUpdated(string update, string args) =>
        Started.Then("tool_call_updated", update, run: "r1").ToolCall("c1")!.ArgsDigest.ShouldBe(SessionState.DigestOf(EventPayloadElement(args)));

    [Fact]
    public void Apply_OpensACallAgain_WhenItIsStartedAgain()
    {
        var state = Started.Then("tool_call_result", """{"tool_call_id":"c1"}""").Then("tool_call_started", """{"tool_call_id":"c1","tool_name":"view"}""");

        state.OpenToolCalls.Select(call => call.Id).ShouldBe(["c2", "c1"]);
        state.ToolCall("c1")!.HasResult.ShouldBeFalse();
    }

    [Theory]
    [InlineData("tool_call_started", """{"tool_call_id":7}""")]
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
