using EventStream.Events;
using EventStream.Tests.Dialects.AgUi;
using Shouldly;
using Xunit;
using static EventStream.Tests.Dialects.AiSdk.AiSdkSession;

namespace EventStream.Tests.Dialects.AiSdk;

/// <summary>What the events of a run become in the UI message stream of the AI SDK.</summary>
public sealed class AiSdkReducerTests
{
    public static TheoryData<string> Sources => [.. AgUiSession.Sources];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Write_TellsAValidStream_OfEverySource(string source)
    {
        var client = Tell(Of(source));
        client.IsDone.ShouldBeTrue();
        client.Parts.ShouldNotBeEmpty();
    }

    [Fact]
    public void Write_TellsARun_FromItsStartToItsEnd()
    {
        var client = Tell(
        [
            Event("run_requested", """{"agent":"a"}"""),
            Event("run_started", "{}"),
            Event("agent_step_started", """{"step_number":1}"""),
            Event("agent_thought_delta", """{"message_id":"m","delta":"Hm"}"""),
            Event("agent_thought", """{"message_id":"m","content":"Hm."}"""),
            Event("tool_call_started", """{"tool_call_id":"t","tool_name":"list","args":{"all":true}}"""),
            Event("tool_call_delta", """{"tool_call_id":"t","delta":"half"}"""),
            Event("tool_call_result", """{"tool_call_id":"t","tool_name":"list","result":["a",null]}"""),
            Event("agent_step_completed", """{"step_number":1}"""),
            Event("agent_message_start", """{"message_id":"m"}"""),
            Event("agent_message_delta", """{"message_id":"m","delta":"One"}"""),
            Event("agent_message_delta", """{"message_id":"theirs","delta":"Two"}""", "other"),
            Event("agent_message_end", """{"message_id":"m","content":"One."}"""),
            Event("agent_status", """{"status":"busy"}"""),
            Event("agent_status", """{"status":"idle"}"""),
            Event("run_completed", """{"stop_reason":"max_tokens","usage":{"input_tokens":3}}"""),
        ]);

        client.MessageId.ShouldBe(Run);
        client.Types.ShouldBe(
        [
            "start", "start-step", "reasoning-start", "reasoning-delta", "reasoning-delta", "reasoning-end", "tool-input-available", "data-tool-progress", "tool-output-available", "finish-step",
            "text-start", "text-delta", "text-delta", "text-end", "data-agent-status", "data-agent-status", "finish",
        ]);
        client.Parts.ShouldBe(["step-start : ", "reasoning done: Hm.", """tool list t output-available: {"all":true} ["a",null]""", "text done: One.", """data-agent-status agent_status : {"status":"idle"}"""]);
        client.Chunks[^1].GetRawText().ShouldBe("""{"type":"finish","finishReason":"length","messageMetadata":{"usage":{"input_tokens":3}}}""");
        client.IsDone.ShouldBeTrue();
    }

    [Fact]
    public void Write_GivesACallThatIsLeftOpen_NoArgumentsOfAnother()
    {
        var client = Tell(
        [
            Event("tool_call_started", """{"tool_call_id":"a","tool_name":"x"}"""),
            Event("tool_call_started", """{"tool_call_id":"b","tool_name":"y"}"""),
            Event("tool_approval_requested", """{"approval_id":"q","tool_call_id":"a","tool_name":"x","args":{"of":"a"}}"""),
        ]);

        client.Chunks.Where(chunk => chunk.GetProperty("type").GetString() == "tool-input-available").Select(chunk => (chunk.GetProperty("toolCallId").GetString(), chunk.GetProperty("input").GetRawText()))
            .ShouldContain(("b", "{}"));
    }

    [Theory]
    [InlineData("run_failed", """{"error":"out of memory"}""", """{"type":"error","errorText":"out of memory"}""", """{"type":"finish","finishReason":"error"}""")]
    [InlineData("run_cancelled", """{"termination_reason":"user_stop"}""", """{"type":"abort","reason":"user_stop"}""", """{"type":"finish","finishReason":"other"}""")]
    [InlineData("run_cancelled", "{}", """{"type":"abort"}""", """{"type":"finish","finishReason":"other"}""")]
    public void Write_EndsWhatIsOpen_HoweverARunEnds(string type, string payload, params string[] told)
    {
        var client = Tell(
        [
            Event("agent_step_started", """{"step_number":1}"""),
            Event("agent_message_delta", """{"message_id":"m","delta":"One"}"""),
            Event("agent_thought_delta", """{"delta":"Hm"}"""),
            Event("tool_call_started", """{"tool_call_id":"t","tool_name":"x","args":{}}"""),
            Event("tool_call_args_delta", """{"tool_call_id":"t","delta":"{\"a\":"}"""),
            Event(type, payload),
            Event("agent_message_delta", """{"message_id":"late","delta":"x"}"""),
        ]);
        client.Types.SkipLast(told.Length).TakeLast(4).ShouldBe(["text-end", "reasoning-end", "tool-input-error", "finish-step"]);
        client.Chunks.TakeLast(told.Length).Select(chunk => chunk.GetRawText()).ShouldBe(told);
        client.IsDone.ShouldBeTrue();
    }

    [Fact]
    public void Write_TellsAQuestion_InAPartOnlyToThoseWhoKnowIt()
    {
        var events = (Event[])
        [
            Event("tool_call_started", """{"tool_call_id":"t","tool_name":"write","args":{}}"""),
            Event("tool_approval_requested", """{"approval_id":"q","tool_call_id":"t","tool_name":"write","args":{"text":"x"}}"""),
            Event("run_awaiting_input", "{}"),
        ];
        var client = Tell(events);
        client.Types.ShouldBe(["start", "tool-input-start", "tool-input-available", "tool-approval-request", "finish"]);
        client.Chunks[^1].GetProperty("finishReason").GetString().ShouldBe("tool-calls");
        client.Parts.ShouldBe(["""tool write t approval-requested: {"text":"x"} q"""]);
        Tell(events, asksInParts: false).Types.ShouldBe(["start", "tool-input-start", "data-tool-approval", "tool-input-available", "finish"]);

        Tell([.. events, Event("tool_approval_answered", """{"approval_id":"q","approved":false}""")]).Parts.ShouldBe(["""tool write t output-denied: {"text":"x"} q"""]);
        Tell([.. events, Event("tool_approval_answered", """{"approval_id":"q","approved":true}""")]).Parts.ShouldBe(["""tool write t input-available: {"text":"x"}"""]);
        Tell([.. events, Event("tool_approval_answered", """{"approval_id":"q","approved":true}""")], asksInParts: false).Parts[^1].ShouldBe("""data-tool-approval q : {"approval_id":"q","approved":true}""");
    }

    [Fact]
    public void Write_TellsWhatACallLacks_BeforeItsResult()
    {
        var client = Tell(
        [
            Event("tool_call_result", """{"tool_call_id":"a","tool_name":"x","result":1}"""),
            Event("tool_call_args_delta", """{"tool_call_id":"b","delta":"{\"c\":"}"""),
            Event("tool_call_args_delta", """{"tool_call_id":"b","delta":"1}"}"""),
            Event("tool_call_result", """{"tool_call_id":"b","tool_name":"x","error":"no"}"""),
            Event("tool_call_started", """{"tool_call_id":"d","tool_name":"y","args":{},"args_raw":"not json"}"""),
            Event("message_created", """{"message_id":"m","role":"tool","tool_call_id":"d","content":"done"}"""),
        ]);
        client.Parts.ShouldBe(["tool x a output-available: {} 1", """tool unknown b output-error: {"c":1} no""", """tool y d output-available: {"raw":"not json"} "done" """.Trim()]);
    }

    [Fact]
    public void Write_KeepsOut_WhatTheParserOfTheAiSdkRefuses()
    {
        var client = Tell(
        [
            Event("tool_call_started", """{"tool_call_id":"a","tool_name":"x","args":{"deep":[{"__proto__":1}]}}"""),
            Event("tool_call_result", """{"tool_call_id":"a","tool_name":"x","result":{"constructor":{"prototype":{}}}}"""),
            Event("custom_event", """{"name":"n","value":{"\u005f_proto__":1}}"""),
            Event("custom_event", """{"name":"n","value":{"constructor":"fine","a":"\"__proto__\":"}}"""),
        ]);
        client.Chunks[1].GetProperty("input").GetString().ShouldBe("""{"deep":[{"__proto__":1}]}""");
        client.Chunks[2].GetProperty("output").GetString().ShouldBe("""{"constructor":{"prototype":{}}}""");
        client.Chunks[3].GetProperty("data").GetString().ShouldBe("""{"\u005f_proto__":1}""");
        client.Chunks[4].GetProperty("data").GetProperty("constructor").GetString().ShouldBe("fine");
    }

    [Fact]
    public void Write_OpensATextAgain_InTheNextStep()
    {
        var client = Tell(
        [
            Event("agent_message_delta", """{"message_id":"m","delta":"One "}"""),
            Event("agent_step_started", """{"step_number":1}"""),
            Event("agent_message_delta", """{"message_id":"m","delta":"two"}"""),
            Event("agent_message_end", """{"message_id":"m"}"""),
            Event("agent_message_delta", """{"message_id":"m","delta":"late"}"""),
        ]);
        client.Parts.ShouldBe(["text done: One ", "step-start : ", "text done: two"]);
    }

    [Fact]
    public void Write_TellsTheOutput_OfARunWithoutText()
    {
        Tell([Event("run_completed", """{"output":"Done."}""")]).Parts.ShouldBe(["text done: Done."]);
        Tell([Event("agent_message_end", """{"message_id":"m","content":"Said."}"""), Event("run_completed", """{"output":"Done."}""")]).Parts.ShouldBe(["text done: Said."]);
    }

    [Fact]
    public void Write_LeavesOut_WhatUsersSaid() =>
        Tell([Event("message_created", """{"message_id":"u","role":"user","content":"Hello"}"""), Event("agent_message_start", """{"message_id":"v","role":"user"}"""), Event("agent_message_delta", """{"message_id":"v","delta":"x"}""")]).Types.ShouldBe(["start"]);
}
