using EventStream.Events;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EventStream.Tests.Dialects.AgUi;

/// <summary>Whatever publishers send, in whatever order, clients of AG-UI are told a valid stream and the same conversation.</summary>
public sealed class AgUiPropertyTests
{
    private static readonly Gen<string> Key = Gen.Elements("a", "b", "reasoning-a");

    private static readonly Gen<(string Type, string Payload)> Said = Gen.OneOf(
        Made("agent_message_start", """{"message_id":"KEY"}"""),
        Made("agent_message_delta", """{"message_id":"KEY","delta":"one "}"""),
        Made("agent_message_delta", """{"message_id":"KEY","delta":"new","replace":true}"""),
        Made("agent_message_end", """{"message_id":"KEY","content":"one two"}"""),
        Made("agent_message_end", """{"message_id":"KEY"}"""),
        Made("agent_thought_delta", """{"message_id":"KEY","delta":"hm"}"""),
        Made("agent_thought_delta", """{"delta":"hm"}"""),
        Made("agent_thought", """{"message_id":"KEY","content":"hm!"}"""),
        Made("agent_thought", """{"content":"hm"}"""),
        Made("message_created", """{"message_id":"KEY","role":"user","content":"hi"}"""),
        Made("message_created", """{"message_id":"KEY","role":"tool","tool_call_id":"KEY","content":"done"}"""),
        Made("message_updated", """{"message_id":"KEY","content":"other"}"""),
        Made("tool_call_started", """{"tool_call_id":"KEY","tool_name":"t","args":{}}"""),
        Made("tool_call_started", """{"tool_call_id":"KEY","tool_name":"u","args":{"x":1}}"""),
        Made("tool_call_updated", """{"tool_call_id":"KEY","tool_name":"u","args":{"y":2}}"""),
        Made("tool_call_args_delta", """{"tool_call_id":"KEY","delta":"{}"}"""),
        Made("tool_call_args_end", """{"tool_call_id":"KEY"}"""),
        Made("tool_call_result", """{"tool_call_id":"KEY","tool_name":"t","result":{"z":null}}"""),
        Made("tool_call_result", """{"tool_call_id":"KEY","tool_name":"t","error":"no"}"""));

    private static readonly Gen<(string Type, string Payload)> Done = Gen.OneOf(
        Made("run_started", "{}"), Made("run_completed", "{}"), Made("run_failed", """{"error":"no"}"""), Made("run_cancelled", "{}"), Made("run_awaiting_input", "{}"),
        Made("run_created", """{"parent_run_id":"r1"}"""), Made("run_created", """{"parent_run_id":"r2"}"""),
        Made("tool_approval_requested", """{"approval_id":"KEY","tool_call_id":"KEY"}"""), Made("tool_approval_answered", """{"approval_id":"KEY","approved":true}"""),
        Made("agent_step_started", """{"step_number":1}"""), Made("agent_step_completed", """{"step_number":1}"""), Made("workflow_step_started", """{"step_id":"KEY"}"""), Made("workflow_step_completed", """{"step_id":"KEY"}"""),
        Made("workflow_node_state_updated", """{"node_id":"KEY","status":"running"}"""), Made("workflow_node_state_updated", """{"node_id":"KEY","status":"failed"}"""),
        Made("agent_status", """{"status":"idle"}"""), Made("agent_status", """{"status":"failed"}"""), Made("session_ended", "{}"), Made("something.else", """{"a":null}"""));

    private static readonly Gen<Event> Next =
        from run in Gen.Elements(null, "r1", "r2", "r3", "r4")
        from said in Gen.Frequency((3, Said), (2, Done))
        select AgUiSession.Event(said.Type, said.Payload, run);

    [Fact]
    public void Write_TellsAValidStream_WhateverComesInWhateverOrder() =>
        PropertyCheck.Run(200, Prop.ForAll(Gen.ListOf(Next, 30).ToArbitrary(), events => { AgUiSession.AssertSame([.. events]); }));

    private static Gen<(string Type, string Payload)> Made(string type, string payload) => Key.Select(key => (type, payload.Replace("KEY", key, StringComparison.Ordinal)));
}
