using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sessions;
using EventStream.Sources;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

/// <summary>Sources use the ids of tool calls again, in each turn and in each run: each call is told with its own result, whatever the type of its id.</summary>
public sealed class ReusedIdTests
{
    private static readonly string[] Ids = ["\"search:0\"", "\"search:1\"", "0", "1", "1.5", "\"~\"", $"\"{new string('x', 300)}\""];

    // Every call has other arguments; each step starts a call or ends the oldest open one of its id and run.
    private static readonly Gen<Step[]> Steps =
        from picks in Gen.NonEmptyListOf(Gen.Choose(0, Ids.Length - 1).Zip(Gen.Choose(0, 1)))
        select StepsOf(picks);

    // The calls of two agents have equal arguments and results.
    private static readonly Gen<Step[]> AlikeSteps =
        from picks in Gen.NonEmptyListOf(Gen.Choose(0, 2).Zip(Gen.Choose(0, 1)))
        select StepsOf(picks).Select(step => step with { Run = 0, Agent = step.Run, IsAlike = true }).ToArray();

    public static TheoryData<string> Streams => ["adk", "eddie/wire", "eddie/console", "eddie/trace", "cognesy", "ya-agent", "ya-agent/sdk", "openai", "anthropic"];

    [Theory]
    [MemberData(nameof(Streams))]
    public void Normalise_TellsEachCallWithItsResult_WhenIdsAreUsedAgain(string stream) =>
        PropertyCheck.Run(200, Prop.ForAll(Steps.ToArbitrary(), steps => AssertTold(stream, steps)));

    [Theory]
    [MemberData(nameof(Streams))]
    public void Normalise_TellsEachCallWithItsResult_WhenOtherToolsUseTheIds(string stream) => PropertyCheck.Run(200, Prop.ForAll(AlikeSteps.ToArbitrary(), steps =>
    {
        var named = steps.Select(step => step with { Tool = $"tool{step.Call}" }).ToArray();
        AssertToldAlike(stream, named);
    }));

    [Theory]
    [InlineData("eddie/wire")]
    [InlineData("eddie/console")]
    [InlineData("eddie/trace")]
    [InlineData("cognesy")]
    [InlineData("ya-agent")]
    [InlineData("ya-agent/sdk")]
    public void Normalise_TellsTheCallOfEachAgent_WhenTheyUseOneIdAlike(string stream) => AssertToldAlike(stream,
    [
        new(0, 0, 1, IsEnd: false, Agent: 0) { IsAlike = true }, new(0, 0, 2, IsEnd: false, Agent: 1) { IsAlike = true },
        new(0, 0, 1, IsEnd: true, Agent: 0) { IsAlike = true }, new(0, 0, 2, IsEnd: true, Agent: 1) { IsAlike = true },
    ]);

    [Theory]
    [MemberData(nameof(Streams))]
    public void Normalise_TellsANewCall_WhenAnIdReturnsToEarlierArguments(string stream)
    {
        Step[] steps = [new(0, 0, 1, false), new(0, 0, 1, true), new(0, 0, 2, false), new(0, 0, 2, true), new(0, 0, 1, false), new(0, 0, 1, true)];

        var calls = Told(stream, steps, endsRuns: true).Where(told => told.Type is "tool_call_started" or "tool_call_result").ToList();

        calls.Count.ShouldBe(6);
        calls.Select(told => TextOf(told, "tool_call_id")).Distinct().Count().ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Normalise_TellsTheLateResultOfItsCall_WhenTheEndOfTheRunCancelledIt(string stream)
    {
        var events = Told(stream, [new Step(0, 0, 1, IsEnd: false)], endsRuns: true, new Step(0, 0, 1, IsEnd: true)).Where(told => told.Type == "tool_call_result").ToList();

        events.Select(told => TextOf(told, "error") ?? TextOf(told, "result")).ShouldBe(["cancelled", "result-1-"]);
        events.Select(told => TextOf(told, "tool_call_id")).ShouldBe(["search:0", "search:0"]);
    }

    [Theory]
    [InlineData("eddie/wire")]
    [InlineData("eddie/console")]
    [InlineData("eddie/trace")]
    public void Normalise_TellsALateResultOnce_WhenItIsRepeated(string stream)
    {
        var events = Told(stream, [new Step(0, 0, 1, IsEnd: false)], endsRuns: true, new Step(0, 0, 1, IsEnd: true), new Step(0, 0, 1, IsEnd: true));

        events.Count(told => told.Type == "tool_call_result").ShouldBe(2);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Normalise_TellsOneEndedCall_WhenTheResultComesBeforeTheStart(string stream)
    {
        var events = Told(stream, [new Step(0, 0, 1, IsEnd: true), new Step(0, 0, 1, IsEnd: false)], endsRuns: true);

        events.Select(told => TextOf(told, "tool_call_id")).OfType<string>().Distinct().ShouldHaveSingleItem();
        events.ShouldNotContain(told => TextOf(told, "error") == "cancelled");
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Normalise_CancelsOnlyWhatIsOpen_WhenTheRunEnds(string stream)
    {
        var events = Told(stream, [new Step(0, 0, 1, IsEnd: false), new Step(0, 0, 1, IsEnd: true), new Step(0, 0, 2, IsEnd: false), new Step(1, 0, 3, IsEnd: false), new Step(1, 0, 3, IsEnd: true)], endsRuns: true);

        events.Where(told => TextOf(told, "error") == "cancelled").Select(told => TextOf(told, "source_tool_call_id")).ShouldBe(["search:0"]);
    }

    [Theory]
    [InlineData("eddie/wire", true)]
    [InlineData("adk", false)]
    public void Normalise_TellsARepeatAsOne_WhenTheArgumentsAreEqual(string stream, bool isDropped)
    {
        var events = Told(stream, [new Step(0, 0, 1, IsEnd: false), new Step(0, 0, 1, IsEnd: true), new Step(0, 0, 1, IsEnd: false), new Step(0, 0, 1, IsEnd: true)], endsRuns: false);

        events.Count.ShouldBe(isDropped ? 2 : 4);
        events.Select(told => TextOf(told, "tool_call_id")).Distinct().ShouldBe(["search:0"]);
    }

    [Theory]
    [InlineData("adk", "r1", "r2")]
    [InlineData("adk", "r1", "r1")]
    [InlineData("ya-agent", "r1", "r2")]
    [InlineData("ya-agent", "r1", "r1")]
    public void Normalise_TellsTheTextOfEachMessage_WhenAnIdIsUsedAgainWithoutAStart(string source, string firstRun, string secondRun)
    {
        var (delta, end) = source == "adk"
            ? ("""{"type":"agent_message_delta","payload":{"message_id":"m","delta":"#"}}""", """{"type":"agent_message_end","payload":{"message_id":"m"}}""")
            : ("""{"event_type":"content_delta","payload":{"message_id":"m","delta":"#"}}""", """{"event_type":"message_end","payload":{"message_id":"m"}}""");
        var frames = new (string, string?)[] { (delta.Replace("#", "one", StringComparison.Ordinal), firstRun), (end, firstRun), (delta.Replace("#", "two", StringComparison.Ordinal), secondRun), (end, secondRun) };

        var ends = Telling.Told(source, frames).Where(told => told.Type == "agent_message_end").ToList();

        ends.Select(told => TextOf(told, "content")).ShouldBe(["one", "two"]);
        ends.Select(told => TextOf(told, "message_id")).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Normalise_TellsEachCallOnce_WhenTheTraceLagsATurn()
    {
        Step[] steps = [new(0, 0, 1, IsEnd: false), new(0, 0, 1, IsEnd: true), new(0, 0, 2, IsEnd: false)];
        var frames = steps.Select(step => Frame("eddie/wire", step)).Concat(steps[..2].Select(step => Frame("eddie/trace", step))).Append(Frame("eddie/wire", steps[2] with { IsEnd = true }));

        var told = Telling.Told("eddie", frames).Where(told => told.Type.StartsWith("tool_call_", StringComparison.Ordinal)).ToList();

        told.Select(next => next.Type).ShouldBe(["tool_call_started", "tool_call_result", "tool_call_started", "tool_call_result"]);
        told.Select(next => TextOf(next, "tool_call_id")).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Normalise_TakesArgumentsForEqual_HoweverTheyAreWritten()
    {
        string[] frames =
        [
            """{"event":"tool.call","data":{"id":"s:0","name":"ls","arguments":"{\"a\":1,\"b\":\"\\u00e9\"}"}}""",
            """{"event":"tool.result","data":{"id":"s:0","name":"ls","result":"r"}}""",
            """{"event":"tool.call","data":{"id":"s:0","name":"ls","arguments":"{\"b\":\"é\",\"a\":1.0}"}}""",
        ];

        Telling.Told("eddie", frames).Count.ShouldBe(2);
    }

    private static void AssertTold(string stream, Step[] steps)
    {
        var calls = new Dictionary<string, (string Args, string? Result)>();
        foreach (var told in Told(stream, steps, endsRuns: false).Where(told => told.Type.StartsWith("tool_call_", StringComparison.Ordinal)))
        {
            var payload = JsonElement.Parse(told.Payload.Utf8.Span);
            var id = JsonText.Id(payload.GetProperty("tool_call_id"))!;
            if (told.Type == "tool_call_started") calls.Add(id, ($"{payload.GetProperty("args").GetProperty("q")}", null));
            else if (told.Type == "tool_call_result") calls[id] = (calls[id].Args, payload.GetProperty("result").GetRawText());
        }
        calls.Count.ShouldBe(steps.Count(step => !step.IsEnd));
        foreach (var (args, result) in calls.Values)
        {
            if (steps.Any(step => step.IsEnd && $"{step.Call}" == args)) result.ShouldNotBeNull().ShouldContain($"result-{args}-");
            else result.ShouldBeNull();
        }
    }

    private static void AssertToldAlike(string stream, Step[] steps)
    {
        var tools = new Dictionary<string, (string? Tool, bool HasResult)>();
        foreach (var told in Told(stream, steps, endsRuns: false).Where(told => told.Type.StartsWith("tool_call_", StringComparison.Ordinal)))
        {
            var (id, tool) = (TextOf(told, "tool_call_id")!, TextOf(told, "tool_name"));
            if (told.Type == "tool_call_started") tools.Add(id, (tool, false));
            else if (told.Type == "tool_call_result") tools[id] = (tools[id] is (var started, false) && started == tool ? tool : throw new InvalidOperationException($"{id} has two results."), true);
        }
        tools.Count.ShouldBe(steps.Count(step => !step.IsEnd));
        tools.Values.Count(call => call.HasResult).ShouldBe(steps.Count(step => step.IsEnd));
    }

    private static List<Event> Told(string stream, Step[] steps, bool endsRuns, params Step[] late)
    {
        var source = SourceCatalogue.Get(stream.Split('/')[0]);
        var state = SessionState.Empty;
        var events = new List<Event>();
        foreach (var step in steps) Take(Frame(stream, step), step.Run);
        if (endsRuns) Take("""{"event_type":"run_completed","payload":{}}""", 0, SourceCatalogue.Get("ya-agent"));
        foreach (var step in late) Take(Frame(stream, step), step.Run);
        return events;

        void Take(string frame, int run, ISourceNormaliser? other = null)
        {
            var context = new IngestContext { SessionId = "s1", RunId = $"r{run}" };
            var batch = SourceBatch.From(NativeReader.Read(JsonElement.Parse(frame), other ?? source, context), 0, state, new NormalisedEvents(new EventFactory(FixedTime.Instance), FixedTime.Instance), out _);
            state = batch.State;
            events.AddRange(batch.Events);
        }
    }

    private static Step[] StepsOf(IEnumerable<(int Id, int Run)> picks)
    {
        var open = new Dictionary<(int, int), int>();
        var call = 0;
        return [.. picks.Select(pick => open.Remove(pick, out var begun) ? new Step(pick.Id, pick.Run, begun, IsEnd: true) : new Step(pick.Id, pick.Run, open[pick] = ++call, IsEnd: false))];
    }

    private static string Frame(string stream, Step step)
    {
        var (id, args, result) = (Ids[step.Id], step.IsAlike ? "{}" : $$"""{"q":{{step.Call}}}""", step.IsAlike ? "\"result\"" : $"\"result-{step.Call}-\"");
        var (tool, agent) = (JsonSerializer.Serialize(step.Tool), $"\"a{step.Agent}\"");
        return (stream, step.IsEnd) switch
        {
            ("adk", false) => $$$"""{"type":"tool_call_started","payload":{"tool_call_id":{{{id}}},"tool_name":{{{tool}}},"args":{{{args}}},"agent":{{{agent}}}}}""",
            ("adk", true) => $$$"""{"type":"tool_call_result","payload":{"tool_call_id":{{{id}}},"tool_name":{{{tool}}},"result":{{{result}}}}}""",
            ("eddie/wire", false) => $$$"""{"event":"tool.call","data":{"id":{{{id}}},"agentId":{{{agent}}},"name":{{{tool}}},"arguments":{{{JsonSerializer.Serialize(args)}}},"result":null}}""",
            ("eddie/wire", true) => $$$"""{"event":"tool.result","data":{"id":{{{id}}},"agentId":{{{agent}}},"name":{{{tool}}},"arguments":{{{JsonSerializer.Serialize(args)}}},"result":{{{result}}}}}""",
            ("eddie/console", false) => $$"""{"type":"tool_call","id":{{id}},"agentId":{{agent}},"name":{{tool}},"arguments":{{args}}}""",
            ("eddie/console", true) => $$"""{"type":"tool_result","id":{{id}},"agentId":{{agent}},"name":{{tool}},"result":{{result}}}""",
            ("eddie/trace", false) => $$$"""{"phase":"tool_call","data":{"id":{{{id}}},"agentId":{{{agent}}},"name":{{{tool}}},"arguments":{{{args}}}}}""",
            ("eddie/trace", true) => $$$"""{"phase":"tool_result","data":{"id":{{{id}}},"agentId":{{{agent}}},"name":{{{tool}}},"arguments":{{{args}}},"result":{{{result}}}}}""",
            ("cognesy", false) => $$"""{"class":"ToolCallStarted","executionId":"x{{step.Run}}","agentId":{{agent}},"tool":{{tool}},"args":{{args}},"toolCallId":{{id}}}""",
            ("cognesy", true) => $$"""{"class":"ToolCallCompleted","executionId":"x{{step.Run}}","agentId":{{agent}},"tool":{{tool}},"success":true,"error":null,"result":{{result}},"toolCallId":{{id}}}""",
            ("ya-agent", false) => $$$"""{"event_type":"tool_call_start","agent_id":{{{agent}}},"payload":{"tool_call_id":{{{id}}},"tool_name":{{{tool}}},"args":{{{args}}}}}""",
            ("ya-agent", true) => $$$"""{"event_type":"tool_call_result","agent_id":{{{agent}}},"payload":{"tool_call_id":{{{id}}},"tool_name":{{{tool}}},"result":{{{result}}}}}""",
            ("ya-agent/sdk", false) => $$$$"""{"agent_id":{{{{agent}}}},"event":{"part":{"tool_name":{{{{tool}}}},"args":{{{{args}}}},"tool_call_id":{{{{id}}}},"part_kind":"tool-call"},"event_kind":"function_tool_call"}}""",
            ("ya-agent/sdk", true) => $$$$"""{"agent_id":{{{{agent}}}},"event":{"result":{"tool_name":{{{{tool}}}},"content":{{{{result}}}},"tool_call_id":{{{{id}}}},"part_kind":"tool-return"},"event_kind":"function_tool_result"}}""",
            ("openai", false) => $$$"""{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","call_id":{{{id}}},"name":{{{tool}}},"arguments":{{{JsonSerializer.Serialize(args)}}}}}""",
            ("openai", true) => $$"""{"type":"function_call_output","call_id":{{id}},"name":{{tool}},"output":{{result}}}""",
            ("anthropic", false) => $$$"""{"type":"message","role":"assistant","id":"msg_{{{step.Call}}}","content":[{"type":"tool_use","id":{{{id}}},"name":{{{tool}}},"input":{{{args}}}}]}""",
            ("anthropic", true) => $$"""{"type":"tool_result","tool_use_id":{{id}},"name":{{tool}},"content":{{result}}}""",
            _ => throw new ArgumentOutOfRangeException(nameof(stream)),
        };
    }

    private static string? TextOf(Event told, string member) => JsonText.Id(JsonText.Member(JsonElement.Parse(told.Payload.Utf8.Span), member));

    /// <summary>The start or the result of a call.</summary>
    /// <param name="Id">Which of the ids.</param>
    /// <param name="Run">Which run.</param>
    /// <param name="Call">The number of the call, which its arguments and its result hold.</param>
    /// <param name="IsEnd">Whether it is the result.</param>
    /// <param name="Agent">Which agent.</param>
    private readonly record struct Step(int Id, int Run, int Call, bool IsEnd, int Agent = 0)
    {
        public string Tool { get; init; } = "search";

        /// <summary>Whether its arguments and its result are those of every call.</summary>
        public bool IsAlike { get; init; }
    }
}
