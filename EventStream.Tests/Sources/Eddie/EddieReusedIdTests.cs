using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources.Eddie;

/// <summary>Eddie tells calls and messages in several ways at once, and uses ids again: each is told once, under an id of its own, and nothing is lost.</summary>
public sealed class EddieReusedIdTests
{
    [Theory]
    [InlineData("""{"q":2}""", "search:0~2")]
    [InlineData("""{"q":1}""", "search:0")]
    [InlineData("""{ "q" : 1.0 }""", "search:0")]
    [InlineData("{}", "search:0")]
    public void Normalise_TellsAResultOfItsOwnCall_WhenItsArgumentsAreOthers(string args, string id)
    {
        var told = Telling.Told("eddie", Call("""{"q":1}"""), Result("two", args));

        told.Results().ShouldBe([(id, "two")]);
        (told[1].Said("args") ?? "{}").ShouldBe(id == "search:0" ? "{}" : """{"q":2}""");
    }

    [Fact]
    public void Normalise_EndsTheOpenCall_WhenAResultOfAnotherCameBefore() =>
        Telling.Told("eddie", Call("""{"q":1}"""), Result("two", """{"q":2}"""), Result("one"), Result("two"), Result("one")).Results().ShouldBe([("search:0~2", "two"), ("search:0", "one")]);

    [Fact]
    public void Normalise_ShowsOneCall_WhenTheStartOfAnotherResultFollows()
    {
        var told = Telling.Told("eddie", Call("""{"q":1}"""), Result("two", """{"q":2}"""), Call("""{"q":2}"""), Result("one", """{"q":1}"""));

        told.Where(next => next.Type == "tool_call_started").Select(next => next.Said("tool_call_id")).ShouldBe(["search:0"]);
        told.Results().ShouldBe([("search:0~2", "two"), ("search:0", "one")]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"q":1}""")]
    public void Normalise_TellsEachResult_WhenTheyDiffer(string? args)
    {
        var told = Telling.Told("eddie", Call("""{"q":1}"""), Result("one", args), Result("two", args), Result("one", args), Result("two", args), Result("three", args));

        told.Results().ShouldBe([("search:0", "one"), ("search:0~3", "two"), ("search:0~4", "three")]);
        told.Where(next => next.Type == "tool_call_result").Select(next => next.Said("source_tool_call_id")).ShouldBe([null, "search:0", "search:0"]);
    }

    [Fact]
    public void Normalise_TellsAResultOnce_WhenItWasCutOnTheWay()
    {
        var whole = $$"""{"schema":"s","content":"{{new string('x', 3000)}}"}""";
        var cut = System.Text.Json.JsonSerializer.Serialize(whole[..2000] + "…");

        Telling.Told("eddie", Call("{}"), $$"""{"type":"tool_result","id":"search:0","name":"search","result":{{whole}}}""", $$$"""{"event":"tool.result","data":{"id":"search:0","name":"search","result":{{{cut}}}}}""")
            .Results().ShouldHaveSingleItem();
    }

    [Fact]
    public void Normalise_TellsAFailureOnce_WhenEachWayHasWordsOfItsOwn() =>
        Telling.Told("eddie", Call("{}"),
            """{"type":"notification","payload":"no such file","metadata":{"tool":"search","tool_call_id":"search:0","severity":"error"}}""",
            """{"phase":"tool_error","data":{"id":"search:0","name":"search","error":{"message":"ENOENT: no such file"}}}""")
            .Results().ShouldBe([("search:0", "no such file")]);

    [Fact]
    public void Normalise_TellsAResult_WhenItFollowsAFailure() =>
        Telling.Told("eddie", Call("{}"), """{"phase":"tool_error","data":{"id":"search:0","name":"search","error":{"message":"busy"}}}""", Result("one")).Results().Select(result => result.Result).ShouldBe(["busy", "one"]);

    [Theory]
    [InlineData("agent_message_delta", """{"event":"message.partial","data":{"id":"m","role":"assistant","content":"#"}}""")]
    [InlineData("agent_message_delta", """{"type":"delta","id":"m","text":"#"}""")]
    [InlineData("agent_thought_delta", """{"event":"message.reasoning.partial","data":{"messageId":"m","text":"#"}}""")]
    [InlineData("agent_thought_delta", """{"type":"reasoning_delta","id":"m","text":"#"}""")]
    public void Normalise_TellsTheTextOfEachRun_WhenTheyUseOneId(string type, string frame)
    {
        var told = Telling.Told("eddie", [(Text("one"), "r1"), (Text("two"), "r2")]).Where(next => next.Type == type).ToList();

        told.Select(next => (next.Said("delta"), next.Said("source_message_id"), next.RunId)).ShouldBe([("one", null, "r1"), ("two", "m", "r2")]);
        told.Select(next => next.Said("message_id")).Distinct().Count().ShouldBe(2);

        string Text(string text) => frame.Replace("#", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"event":"agent.activity","data":{"state":"idle"}}""")]
    [InlineData("""{"event":"agent.activity","data":{"state":"thinking"}}""")]
    public void Normalise_GoesOnWithTheMessageOfItsRun_WhenTheOtherRunSpokeInBetween(string between)
    {
        var told = Telling.Told("eddie", [(Partial("one"), "r1"), (between, "r1"), (Partial("two"), "r2"), (Partial("one more"), "r1"), (Partial("two more"), "r2")]);

        told.Where(next => next.Said("delta") is not null || next.Type == "message_updated").Select(next => (next.Said("delta") ?? next.Said("content"), next.Said("message_id"), next.RunId)).ShouldBe(
            between.Contains("idle", StringComparison.Ordinal)
                ? [("one", "m", "r1"), ("two", told.Last().Said("message_id"), "r2"), ("one more", "m", "r1"), (" more", told.Last().Said("message_id"), "r2")]
                : [("one", "m", "r1"), ("two", told.Last().Said("message_id"), "r2"), (" more", "m", "r1"), (" more", told.Last().Said("message_id"), "r2")]);
    }

    [Fact]
    public void Normalise_TellsAUsersMessageOfEachRun_WhenTheyUseOneId()
    {
        var frame = """{"event":"message.partial","data":{"id":"1","role":"user","content":"#"}}""";
        var told = Telling.Told("eddie", [(frame.Replace("#", "one", StringComparison.Ordinal), "r1"), (frame.Replace("#", "two", StringComparison.Ordinal), "r2"), (frame.Replace("#", "one!", StringComparison.Ordinal), "r1")]);

        told.Select(next => (next.Type, next.Said("content"), next.Said("source_message_id"))).ShouldBe([("message_created", "one", null), ("message_created", "two", "1"), ("message_updated", "one!", null)]);
    }

    [Theory]
    [InlineData("agent_message_delta", """{"type":"delta","id":"0","text":"#","agentId":"@"}""")]
    [InlineData("agent_thought_delta", """{"type":"reasoning_delta","id":"0","text":"#","agentId":"@"}""")]
    public void Normalise_TellsTheTextOfEachAgent_WhenTheyUseOneId(string type, string frame)
    {
        var told = Telling.Told("eddie", Text("A", "a1"), Text("B", "a2"), Text("C", "a1"), Text("D", "a2")).Where(next => next.Type == type).ToList();

        told.Select(next => (next.Said("delta"), next.Said("agent"))).ShouldBe([("A", "a1"), ("B", "a2"), ("C", "a1"), ("D", "a2")]);
        told.Select(next => next.Said("message_id")).ShouldBe(["0", told[1].Said("message_id"), "0", told[1].Said("message_id")]);
        told.Select(next => next.Said("source_message_id")).ShouldBe([null, "0", null, "0"]);

        string Text(string text, string agent) => frame.Replace("#", text, StringComparison.Ordinal).Replace("@", agent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ya-agent", """{"event_type":"content_delta","agent_id":"@","payload":{"message_id":"0","delta":"#"}}""")]
    [InlineData("eddie", """{"event":"message.partial","data":{"id":"0","role":"assistant","content":"#","agentId":"@"}}""")]
    [InlineData("eddie", """{"event":"message.reasoning.partial","data":{"messageId":"0","text":"#","agentId":"@"}}""")]
    public void Normalise_TellsTwoMessages_WhenTwoAgentsUseOneId(string source, string frame)
    {
        var told = Telling.Told(source, Text("A", "a1"), Text("B", "a2"), Text("AA", "a1"), Text("BB", "a2")).Where(next => next.Said("delta") is not null).ToList();

        told.Select(next => next.Said("message_id")).ShouldBe(["0", told[1].Said("message_id"), "0", told[1].Said("message_id")]);
        told[1].Said("message_id").ShouldNotBe("0");

        string Text(string text, string agent) => frame.Replace("#", text, StringComparison.Ordinal).Replace("@", agent, StringComparison.Ordinal);
    }

    [Fact]
    public void Normalise_EndsTheCallOfItsAgent_WhenResultsHaveNoIds()
    {
        var told = Telling.Told("eddie",
            """{"type":"tool_call","name":"ls","arguments":{"q":1},"agentId":"a1"}""",
            """{"type":"tool_call","name":"ls","arguments":{"q":2},"agentId":"a2"}""",
            """{"type":"tool_result","name":"ls","result":"two","agentId":"a2"}""",
            """{"type":"tool_result","name":"ls","result":"one","agentId":"a1"}""");

        told.Results().Select(result => result.Id).ShouldBe([told[1].Said("tool_call_id")!, told[0].Said("tool_call_id")!]);
    }

    [Theory]
    [InlineData("Hello", "Hello world")]
    [InlineData("Hello ", "Hello world")]
    [InlineData("Hello world", "Hello world")]
    public void Normalise_LeavesTheText_WhenAnEarlierOneComesLate(string late, string known) =>
        Telling.Told("eddie", Partial(known), Partial(late)).Count.ShouldBe(2);

    [Fact]
    public void Normalise_LeavesTheText_WhenAnEarlierOneEndsWithHalfAPair() => Telling.Told("eddie", Partial("done \ud83d\ude00"), Partial("done \ud83d")).Count.ShouldBe(2);

    [Theory]
    [InlineData("Hello", "Hello \n")]
    [InlineData("Help", "Hello")]
    public void Normalise_ReplacesTheText_WhenItIsTrimmedOrChanged(string changed, string known) =>
        Telling.Told("eddie", Partial(known), Partial(changed)).Last().Type.ShouldBe("message_updated");

    private static string Partial(string text) => $$$"""{"event":"message.partial","data":{"id":"m","role":"assistant","content":{{{SplitTextTests.Json(text)}}}}}""";

    private static string Call(string args) => $$"""{"type":"tool_call","id":"search:0","name":"search","arguments":{{args}}}""";

    private static string Result(string result, string? args = null) => $$$"""{"event":"tool.result","data":{"id":"search:0","name":"search","result":"{{{result}}}","arguments":{{{(args is null ? "null" : System.Text.Json.JsonSerializer.Serialize(args))}}}}}""";
}
