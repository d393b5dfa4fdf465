using EventStream.Events;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dialects.AiSdk;

/// <summary>Whatever publishers send, in whatever order, clients of the AI SDK are told a valid stream that ends with its run.</summary>
public sealed class AiSdkPropertyTests
{
    private static readonly Gen<string> Key = Gen.Elements("a", "b");

    private static readonly Gen<(string Type, string Payload)> Said = Gen.OneOf(
        Made("agent_message_start", """{"message_id":"KEY"}"""),
        Made("agent_message_start", """{"message_id":"KEY","role":"user"}"""),
        Made("agent_message_delta", """{"message_id":"KEY","delta":"one "}"""),
        Made("agent_message_delta", """{"message_id":"KEY","delta":"new","replace":true}"""),
        Made("agent_message_end", """{"message_id":"KEY","content":"one two"}"""),
        Made("agent_message_end", """{"message_id":"KEY"}"""),
        Made("agent_thought_delta", """{"message_id":"KEY","delta":"hm"}"""),
        Made("agent_thought_delta", """{"delta":"hm"}"""),
        Made("agent_thought", """{"message_id":"KEY","content":"hm!"}"""),
        Made("agent_thought", """{"content":"hm"}"""),
        Made("message_created", """{"message_id":"KEY","role":"assistant","content":"hi"}"""),
        Made("message_created", """{"message_id":"KEY","role":"tool","tool_call_id":"KEY","content":"done"}"""),
        Made("message_updated", """{"message_id":"KEY","content":"other"}"""),
        Made("tool_call_started", """{"tool_call_id":"KEY","tool_name":"t","args":{}}"""),
        Made("tool_call_started", """{"tool_call_id":"KEY","tool_name":"u","args":{"x":1}}"""),
        Made("tool_call_updated", """{"tool_call_id":"KEY","tool_name":"u","args":{"__proto__":2}}"""),
        Made("tool_call_args_delta", """{"tool_call_id":"KEY","delta":"{\"a\":1}"}"""),
        Made("tool_call_args_end", """{"tool_call_id":"KEY"}"""),
        Made("tool_call_delta", """{"tool_call_id":"KEY","delta":"half"}"""),
        Made("tool_call_result", """{"tool_call_id":"KEY","tool_name":"t","result":{"constructor":{"prototype":null}}}"""),
        Made("tool_call_result", """{"tool_call_id":"KEY","tool_name":"t","error":"no"}"""));

    private static readonly Gen<(string Type, string Payload)> Done = Gen.OneOf(
        Made("run_requested", "{}"), Made("run_started", "{}"), Made("run_awaiting_input", "{}"), Made("run_steered", """{"message":"x"}"""), Made("session_ended", "{}"),
        Made("tool_approval_requested", """{"approval_id":"KEY","tool_call_id":"KEY","tool_name":"t","args":{"y":1}}"""), Made("tool_approval_answered", """{"approval_id":"KEY","approved":true}"""), Made("tool_approval_answered", """{"approval_id":"KEY","approved":false}"""),
        Made("agent_step_started", """{"step_number":1}"""), Made("agent_step_completed", """{"step_number":1}"""), Made("agent_step_started", """{"step_number":2}"""), Made("agent_step_completed", """{"step_number":2}"""),
        Made("agent_status", """{"status":"idle"}"""), Made("custom_event", """{"name":"KEY","value":null}"""), Made("something.else", """{"a":null}"""));

    private static readonly Gen<Event> Next =
        from run in Gen.Elements(AiSdkSession.Run, AiSdkSession.Run, "other", null)
        from said in Gen.Frequency((3, Said), (2, Done))
        select AiSdkSession.Event(said.Type, said.Payload, run);

    private static readonly Gen<Event> End = Gen.Elements("run_completed", "run_failed", "run_cancelled").Select(type => AiSdkSession.Event(type, """{"error":"no"}"""));

    [Fact]
    public void Write_TellsAValidStream_WhateverComesInWhateverOrder() => PropertyCheck.Run(300, Prop.ForAll(Gen.ListOf(Next, 30).ToArbitrary(), End.ToArbitrary(), (events, end) =>
    {
        foreach (var asksInParts in (bool[])[false, true])
        {
            var client = AiSdkSession.Tell([.. events, end, .. events], asksInParts: asksInParts);
            client.IsDone.ShouldBeTrue();
            client.Types.Last().ShouldBe("finish");
            if (!asksInParts) client.Types.ShouldNotContain(type => type == "tool-approval-request" || type == "tool-output-denied");
        }
    }));

    private static Gen<(string Type, string Payload)> Made(string type, string payload) => Key.Select(key => (type, payload.Replace("KEY", key, StringComparison.Ordinal)));
}
