using System.Diagnostics.Metrics;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dialects.AgUi;

/// <summary>What canonical events become, whoever joins when.</summary>
public sealed class AgUiReducerTests
{
    public static TheoryData<string> Sources => [.. AgUiSession.Sources];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Write_TellsTheSameConversation_WhereverAClientJoins(string source) => AgUiSession.AssertSame(AgUiSession.Of(source)).Events.ShouldNotBeEmpty();

    [Fact]
    public void Write_TellsARun_FromItsStartToItsEnd()
    {
        var client = AgUiSession.AssertSame(
        [
            Of("run_started", "{}"),
            Of("agent_step_started", """{"step_number":1}"""),
            Of("agent_thought_delta", """{"message_id":"m","delta":"Hm"}"""),
            Of("agent_thought", """{"message_id":"m","content":"Hm."}"""),
            Of("tool_call_started", """{"tool_call_id":"t","tool_name":"list","args":{"all":true}}"""),
            Of("tool_call_delta", """{"tool_call_id":"t","delta":"half"}"""),
            Of("tool_call_result", """{"tool_call_id":"t","tool_name":"list","result":["a",1]}"""),
            Of("agent_step_completed", """{"step_number":1}"""),
            Of("agent_message_start", """{"message_id":"m"}"""),
            Of("agent_message_delta", """{"message_id":"m","delta":"One"}"""),
            Of("agent_message_end", """{"message_id":"m","content":"One."}"""),
            Of("run_completed", """{"output":{"ok":1},"usage":{"input_tokens":3,"output_tokens":4,"cached_input_tokens":-1}}"""),
        ]);

        client.Types.ShouldBe(
        [
            "RUN_STARTED", "STEP_STARTED", "REASONING_START", "REASONING_MESSAGE_START", "REASONING_MESSAGE_CONTENT", "REASONING_MESSAGE_CONTENT", "REASONING_MESSAGE_END", "REASONING_END",
            "TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "CUSTOM", "TOOL_CALL_RESULT", "STEP_FINISHED",
            "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "RUN_FINISHED",
        ]);
        client.Messages.ShouldBe(["reasoning-m reasoning: Hm.", """t list: {"all":true}""", """result-t tool: ["a",1]""", "m assistant: One."]);
        var end = client.Events[^1];
        end.GetProperty("result").GetRawText().ShouldBe("""{"ok":1}""");
        end.GetProperty("usage").GetRawText().ShouldBe("""[{"inputTokens":3,"outputTokens":4}]""");
        client.Events[0].GetProperty("threadId").GetString().ShouldBe(AgUiSession.Id);
        client.Events[0].GetProperty("timestamp").GetInt64().ShouldBePositive();
    }

    [Theory]
    [InlineData("run_failed", """{"error":"out of memory","error_type":"oom"}""", "RUN_ERROR", """ "message":"out of memory","code":"oom" """)]
    [InlineData("run_cancelled", "{}", "RUN_FINISHED", """ "result":{"cancelled":true} """)]
    [InlineData("run_awaiting_input", """{"status":"asks"}""", "RUN_FINISHED", """ "reason":"input_required" """)]
    [InlineData("tool_approval_requested", """{"approval_id":"a","run_id":"r","tool_call_id":"t","tool_name":"x","args":{},"reason":"sure?"}""", "RUN_FINISHED", """ "interrupts":[{"id":"a","reason":"tool_approval","message":"sure?","toolCallId":"t"}] """)]
    [InlineData("session_ended", "{}", "RUN_FINISHED", """ "runId":"r" """)]
    public void Write_EndsWhatIsOpen_HoweverARunEnds(string type, string payload, string told, string holds)
    {
        var client = AgUiSession.AssertSame(
        [
            Of("run_started", "{}"),
            Of("agent_message_delta", """{"message_id":"m","delta":"One"}"""),
            Of("tool_call_started", """{"tool_call_id":"t","tool_name":"x","args":{}}"""),
            Of("agent_step_started", """{"step_number":1}"""),
            type == "session_ended" ? AgUiSession.Event(type, payload) : Of(type, payload),
        ]);
        client.IsInRun.ShouldBeFalse();
        client.Types.Last().ShouldBe(told);
        $"{client.Events[^1]}".ShouldContain(holds.Trim());
    }

    [Fact]
    public void Write_GoesOnWithARun_ThatWasAnswered()
    {
        var client = AgUiSession.AssertSame(
        [
            Of("run_started", "{}"),
            Of("agent_message_delta", """{"message_id":"m","delta":"One"}"""),
            Of("run_awaiting_input", "{}"),
            Of("metrics_update", """{"metrics":{}}"""),
            Of("agent_message_delta", """{"message_id":"n","delta":"Two"}"""),
            Of("run_completed", "{}"),
        ]);
        client.Types.Count(type => type == "RUN_STARTED").ShouldBe(2);
        client.Types.ShouldNotContain("CUSTOM");
    }

    [Fact]
    public void Write_TellsTheRunOfAnotherAgent_AsASubagent()
    {
        var client = AgUiSession.AssertSame(
        [
            Of("run_started", "{}"),
            Of("tool_call_started", """{"tool_call_id":"t","tool_name":"ask","args":{"x":1}}"""),
            AgUiSession.Event("run_created", """{"parent_run_id":"r","parent_tool_call_id":"t","agent":"scout"}""", "child"),
            AgUiSession.Event("agent_message_delta", """{"message_id":"m","delta":"Sub"}""", "child"),
            AgUiSession.Event("agent_step_started", """{"step_number":1}""", "child"),
            AgUiSession.Event("run_created", """{"parent_run_id":"child"}""", "grandchild"),
            AgUiSession.Event("agent_thought", """{"content":"deep"}""", "grandchild"),
            AgUiSession.Event("run_failed", """{"error":"lost"}""", "child"),
            AgUiSession.Event("agent_message_delta", """{"message_id":"late","delta":"x"}""", "child"),
            AgUiSession.Event("agent_message_delta", """{"message_id":"other","delta":"x"}""", "parallel"),
            Of("run_completed", "{}"),
        ]);
        client.Types.Where(type => type.StartsWith("SUBAGENT", StringComparison.Ordinal)).ShouldBe(["SUBAGENT_STARTED", "SUBAGENT_STARTED", "SUBAGENT_FINISHED", "SUBAGENT_ERROR"]);
        client.Messages.ShouldNotContain(message => message.StartsWith("late", StringComparison.Ordinal) || message.StartsWith("other", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_PutsEventsWithoutARun_IntoARunOfTheirOwn()
    {
        var client = AgUiSession.AssertSame(
        [
            AgUiSession.Event("session_started", "{}"),
            AgUiSession.Event("message_created", """{"message_id":"u","role":"user","content":"Hello"}"""),
            AgUiSession.Event("agent_message_delta", """{"message_id":"m","delta":"Hi"}"""),
            AgUiSession.Event("agent_status", """{"status":"idle"}"""),
            AgUiSession.Event("agent_message_delta", """{"message_id":"n","delta":"Again"}"""),
            Of("run_started", "{}"),
        ]);
        client.Types.ShouldBe(
        [
            "RUN_STARTED", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "CUSTOM", "TEXT_MESSAGE_END", "RUN_FINISHED",
            "RUN_STARTED", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "RUN_FINISHED", "RUN_STARTED",
        ]);
        client.Messages.ShouldBe(["u user: Hello", "m assistant: Hi", "n assistant: Again"]);
    }

    [Fact]
    public void Write_TellsAnewWhatWasReplaced()
    {
        var client = AgUiSession.AssertSame(
        [
            Of("agent_message_delta", """{"message_id":"m","delta":"Wrong"}"""),
            Of("message_updated", """{"message_id":"m","content":"Right","replace":true}"""),
            Of("agent_message_delta", """{"message_id":"m","delta":"!"}"""),
            Of("agent_message_end", """{"message_id":"m","content":"Right!"}"""),
            Of("message_updated", """{"message_id":"m","content":"Later"}"""),
            Of("agent_message_delta", """{"message_id":"m","delta":"too late"}"""),
        ]);
        client.Messages.ShouldBe(["m assistant: Later"]);
    }

    [Fact]
    public void Write_TellsArguments_ThatComeInPieces()
    {
        var client = AgUiSession.AssertSame(
        [
            Of("tool_call_started", """{"tool_call_id":"t","tool_name":"x","args":{}}"""),
            Of("tool_call_args_delta", """{"tool_call_id":"t","delta":"{\"a\":"}"""),
            Of("tool_call_args_delta", """{"tool_call_id":"t","delta":"1}"}"""),
            Of("tool_call_args_end", """{"tool_call_id":"t"}"""),
            Of("tool_call_result", """{"tool_call_id":"t","tool_name":"x","error":"no"}"""),
            Of("tool_call_result", """{"tool_call_id":"late","tool_name":"y","result":"text"}"""),
            Of("tool_call_started", """{"tool_call_id":"late","tool_name":"y","args":{"b":2}}"""),
        ]);
        client.Messages.ShouldBe(["""t x: {"a":1}""", "result-t tool: no", """late y: {"b":2}""", "result-late tool: text"]);
    }

    [Fact]
    public void Write_TellsOnlyTheEnd_OfMoreThanASnapshotHolds()
    {
        var text = new string('x', 200_000);
        var events = Enumerable.Range(0, 12).Select(number => Of("agent_message_end", $$"""{"message_id":"m{{number}}","content":"{{text}}"}""")).Append(Of("agent_message_delta", """{"message_id":"n","delta":"open"}""")).ToList();
        var client = AgUiSession.Join(events, events.Count);
        client.Types.ShouldBe(["RUN_STARTED", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT"]);
        client.Messages.ShouldBe(["n assistant: open"]);
    }

    [Fact]
    public void Write_CountsWhatItMends()
    {
        var repairs = 0L;
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Name == "eventstream.dialect.repairs") self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref repairs, value));
        listener.Start();
        AgUiSession.Join([Of("agent_step_completed", """{"step_number":7}""")], 0).Types.ShouldBe(["RUN_STARTED"]);
        Interlocked.Read(ref repairs).ShouldBePositive();
    }

    private static Event Of(string type, string payload) => AgUiSession.Event(type, payload, "r");
}
