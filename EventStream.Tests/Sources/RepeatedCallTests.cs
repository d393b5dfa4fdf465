using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

/// <summary>A call that is told again after its result is told once; a completion that comes before its start is the same call.</summary>
public sealed class RepeatedCallTests
{
    private const string Completed = """{"type":"agent.tool.completed","session_id":"s1","execution_id":"x1","payload":{"tool_name":"search","success":true,"error":null,"duration_ms":20}}""";
    private const string Started = """{"type":"agent.tool.started","session_id":"s1","execution_id":"x1","payload":{"tool_name":"search","args_summary":"q"}}""";

    [Theory]
    [InlineData("""{"event_type":"tool_call_start","payload":{"tool_call_id":"c1","tool_name":"search","args":{"q":1}}}""")]
    [InlineData("""{"event_type":"tool_call","payload":{"tool_call_id":"c1","tool_name":"search","args":"{\"q\":1.0}"}}""")]
    [InlineData("""{"agent_id":"main","event":{"part":{"tool_name":"search","args":{"q":1},"tool_call_id":"c1","part_kind":"tool-call"},"event_kind":"function_tool_call"}}""")]
    [InlineData("""{"agent_id":"main","event":{"index":1,"part":{"tool_name":"search","args":{"q":1},"tool_call_id":"c1","part_kind":"tool-call"},"event_kind":"part_start"}}""")]
    public void Normalise_TellsNothing_WhenYaAgentRepeatsAFinishedCall(string repeat)
    {
        string[] frames = ["""{"event_type":"tool_call_start","payload":{"tool_call_id":"c1","tool_name":"search","args":{"q":1}}}""", """{"event_type":"tool_call_result","payload":{"tool_call_id":"c1","result":"r"}}"""];

        Telling.Told("ya-agent", [.. frames, repeat]).Select(told => told.Type).ShouldBe(["tool_call_started", "tool_call_result"]);
    }

    [Fact]
    public void Normalise_TellsWhatIsNew_WhenARepeatHasMore()
    {
        string[] frames = ["""{"event_type":"tool_call_start","payload":{"tool_call_id":"c1","tool_name":"search","args":{"q":1}}}""", """{"event_type":"tool_call_result","payload":{"tool_call_id":"c1","result":"r"}}""", """{"event_type":"tool_call_start","payload":{"tool_call_id":"c1","tool_name":"search","args":{"q":1},"cost":3}}"""];

        var told = Telling.Told("ya-agent", frames);

        told.Select(next => next.Type).ShouldBe(["tool_call_started", "tool_call_result", "tool_call_updated"]);
        told.Last().Said("cost").ShouldBe("3");
    }

    [Theory]
    [InlineData("ya-agent", """{"event_type":"tool_call_start","payload":{"tool_call_id":"c1","tool_name":"t","args":{}}}""", """{"event_type":"tool_call_result","payload":{"tool_call_id":"c1","result":"#"}}""")]
    [InlineData("ya-agent", """{"agent_id":"main","event":{"part":{"tool_name":"t","args":{},"tool_call_id":"c1","part_kind":"tool-call"},"event_kind":"function_tool_call"}}""", """{"agent_id":"main","event":{"result":{"tool_name":"t","content":"#","tool_call_id":"c1","part_kind":"tool-return"},"event_kind":"function_tool_result"}}""")]
    [InlineData("adk", """{"type":"tool_call_started","payload":{"tool_call_id":"c1","tool_name":"t","args":{}}}""", """{"type":"tool_call_result","payload":{"tool_call_id":"c1","tool_name":"t","result":"#"}}""")]
    [InlineData("cognesy", """{"class":"ToolCallStarted","executionId":"x1","tool":"t","args":{},"toolCallId":"c1"}""", """{"class":"ToolCallCompleted","executionId":"x1","tool":"t","success":true,"result":"#","toolCallId":"c1"}""")]
    public void Normalise_TellsEachResultAsACallOfItsOwn_WhenTheyDiffer(string source, string start, string result) =>
        Telling.Told(source, start, result.Replace("#", "one", StringComparison.Ordinal), result.Replace("#", "two", StringComparison.Ordinal), result.Replace("#", "one", StringComparison.Ordinal))
            .Results().ShouldBe([("c1", "one"), ("c1~3", "two"), ("c1", "one")]);

    [Theory]
    [InlineData("ya-agent", """{"event_type":"tool_call_start","payload":{"tool_call_id":"c1","tool_name":"#","args":{}}}""", """{"event_type":"tool_call_result","payload":{"tool_call_id":"c1","tool_name":"#","result":"#"}}""")]
    [InlineData("ya-agent", """{"agent_id":"main","event":{"part":{"tool_name":"#","args":{},"tool_call_id":"c1","part_kind":"tool-call"},"event_kind":"function_tool_call"}}""", """{"agent_id":"main","event":{"result":{"tool_name":"#","content":"#","tool_call_id":"c1","part_kind":"tool-return"},"event_kind":"function_tool_result"}}""")]
    [InlineData("adk", """{"type":"tool_call_started","payload":{"tool_call_id":"c1","tool_name":"#","args":{}}}""", """{"type":"tool_call_result","payload":{"tool_call_id":"c1","tool_name":"#","result":"#"}}""")]
    [InlineData("eddie", """{"event":"tool.call","data":{"id":"c1","name":"#","arguments":"{}"}}""", """{"event":"tool.result","data":{"id":"c1","name":"#","result":"#"}}""")]
    [InlineData("cognesy", """{"class":"ToolCallStarted","executionId":"x1","tool":"#","args":{},"toolCallId":"c1"}""", """{"class":"ToolCallCompleted","executionId":"x1","tool":"#","success":true,"result":"#","toolCallId":"c1"}""")]
    public void Normalise_TellsTwoCalls_WhenAnotherToolIsCalledUnderTheIdOfAnOpenOne(string source, string start, string result)
    {
        var told = Telling.Told(source, Of("read", start), Of("write", start), Of("write", result), Of("read", result));

        told.Select(next => (next.Type, next.Said("tool_call_id"), next.Said("tool_name"))).ShouldBe([
            ("tool_call_started", "c1", "read"), ("tool_call_started", "c1~2", "write"), ("tool_call_result", "c1~2", "write"), ("tool_call_result", "c1", "read")]);
        told.Results().ShouldBe([("c1~2", "write"), ("c1", "read")]);

        static string Of(string tool, string frame) => frame.Replace("#", tool, StringComparison.Ordinal);
    }

    [Fact]
    public void Normalise_EndsTheOpenCallOfAnotherRun_WhenAYaAgentResultNamesNoRun()
    {
        const string Result = """{"event_type":"tool_call_result","payload":{"tool_call_id":"c1","tool_name":"t","result":"#"}}""";
        var told = Telling.Told("ya-agent",
        [
            ("""{"event_type":"run_started","agent_id":"main","payload":{"run_id":"r1"}}""", null),
            ("""{"event_type":"tool_call_start","agent_id":"main","payload":{"run_id":"r1","tool_call_id":"c1","tool_name":"t","args":{"q":1}}}""", null),
            ("""{"event_type":"run_started","agent_id":"main","payload":{"run_id":"r2"}}""", null),
            (Result.Replace("#", "one", StringComparison.Ordinal), null),
            ("""{"event_type":"tool_call_start","agent_id":"main","payload":{"run_id":"r2","tool_call_id":"c1","tool_name":"t","args":{"q":2}}}""", null),
            (Result.Replace("#", "two", StringComparison.Ordinal), null),
        ]);

        told.Where(next => next.Type == "tool_call_result").Select(next => (next.Said("source_tool_call_id") ?? next.Said("tool_call_id"), next.Said("result"), next.RunId)).ShouldBe([("c1", "one", "r1"), ("c1", "two", "r2")]);
        told.Results().Select(result => result.Id).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Normalise_EndsTheOpenCall_WhenAnAdkResultNamesNoAgentAndAnotherAgentsCallHasEndedSo()
    {
        const string Start = """{"type":"tool_call_started","payload":{"tool_call_id":"c1","tool_name":"t","args":{},"agent":"#"}}""";
        const string Result = """{"type":"tool_call_result","payload":{"tool_call_id":"c1","tool_name":"t","result":"ok"}}""";
        var told = Telling.Told("adk", Start.Replace("#", "a", StringComparison.Ordinal), Start.Replace("#", "b", StringComparison.Ordinal), Result.Replace("\"ok\"", "\"ok\",\"agent\":\"b\"", StringComparison.Ordinal), Result);

        told.Results().ShouldBe([("c1~2", "ok"), ("c1", "ok")]);
    }

    [Theory]
    [InlineData("2026-01-16T12:00:00.100Z", "2026-01-16T12:00:00.080Z", true)]
    [InlineData("2026-01-16T12:00:00.100Z", "2026-01-16T12:00:00.100Z", true)]
    [InlineData("2026-01-16T12:00:00.100Z", "2026-01-16T12:00:00.101Z", false)]
    [InlineData(null, null, true)]
    public void Normalise_TellsOneCall_WhenCognesysCompletionComesFirst(string? completed, string? started, bool isOne)
    {
        var told = Telling.Told("cognesy", At(Completed, completed), At(Started, started));

        told.Select(next => next.Type).ShouldBe(["tool_call_result", "tool_call_started"]);
        told.Select(next => next.Said("tool_call_id")).Distinct().Count().ShouldBe(isOne ? 1 : 2);
    }

    [Fact]
    public void Normalise_TellsEachCallOnce_WhenTwoCompletionsComeFirst()
    {
        var ids = Telling.Told("cognesy", Completed, Completed, Started, Started, Started, Completed).Select(next => next.Said("tool_call_id")).ToList();

        ids.ShouldBe([ids[0], ids[1], ids[0], ids[1], ids[4], ids[4]]);
        ids.Distinct().Count().ShouldBe(3);
    }

    [Theory]
    [InlineData("search", "x2")]
    [InlineData("other", "x1")]
    public void Normalise_TellsTwoCalls_WhenTheStartIsOfAnotherToolOrExecution(string tool, string execution)
    {
        var other = Started.Replace("search", tool, StringComparison.Ordinal).Replace("x1", execution, StringComparison.Ordinal);

        Telling.Told("cognesy", Completed, other).Select(next => next.Said("tool_call_id")).Distinct().Count().ShouldBe(2);
    }

    private static string At(string frame, string? time) => time is null ? frame : frame.Replace("\"payload\"", $"\"timestamp\":\"{time}\",\"payload\"", StringComparison.Ordinal);
}
