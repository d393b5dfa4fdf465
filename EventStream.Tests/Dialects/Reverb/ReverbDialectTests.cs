using System.Text.Json;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dialects.Reverb;

/// <summary>What canonical events of any source become.</summary>
public sealed class ReverbDialectTests
{
    private readonly ReverbTelling _telling = new();

    public static TheoryData<string, string, string, string> Rows => new()
    {
        { "run_created", """{"run_id":"r"}""", "agent.status", """{"status":"pending","assistant_name":null,"step_count":null,"error_message":null,"output":null,"run_id":"r"}""" },
        { "run_started", """{"run_id":"r","status":"running"}""", "agent.status", """{"status":"processing","source_status":"running","assistant_name":null,"step_count":null,"error_message":null,"output":null,"run_id":"r"}""" },
        { "run_awaiting_input", """{"run_id":"r","status":"interrupt"}""", "agent.status", """{"status":"paused","source_status":"interrupt","assistant_name":null,"step_count":null,"error_message":null,"output":null,"run_id":"r"}""" },
        { "run_awaiting_input", """{"run_id":"r","status":"pending_input"}""", "agent.status", """{"status":"paused","source_status":"pending_input","assistant_name":null,"step_count":null,"error_message":null,"output":null,"run_id":"r"}""" },
        { "run_updated", """{"run_id":"r","status":"paused"}""", "agent.status", """{"status":"paused","assistant_name":null,"step_count":null,"error_message":null,"output":null,"run_id":"r"}""" },
        { "run_completed", """{"run_id":"r","output":"Done","agent":"a"}""", "agent.status", """{"status":"completed","assistant_name":"a","step_count":null,"error_message":null,"output":{"last_response":"Done"},"last_response":"Done","run_id":"r","agent":"a"}""" },
        { "run_completed", """{"run_id":"r","status":"incomplete","output":[],"stop_reason":"max_output_tokens"}""", "agent.status", """{"status":"stopped","source_status":"incomplete","assistant_name":null,"step_count":null,"error_message":null,"output":{"last_response":null,"value":[]},"run_id":"r","stop_reason":"max_output_tokens"}""" },
        { "run_completed", """{"run_id":"r","status":"running","output":{"n":1}}""", "agent.status", """{"status":"completed","source_status":"running","assistant_name":null,"step_count":null,"error_message":null,"output":{"n":1},"run_id":"r"}""" },
        { "run_failed", """{"run_id":"r","error":"Away","error_type":"t"}""", "agent.status", """{"status":"failed","assistant_name":null,"step_count":null,"error_message":"Away","output":null,"run_id":"r","error_type":"t"}""" },
        { "run_cancelled", """{"run_id":"r","status":"interrupted"}""", "agent.status", """{"status":"cancelled","source_status":"interrupted","assistant_name":null,"step_count":null,"error_message":null,"output":null,"run_id":"r"}""" },
        { "run_error", """{"error_type":"t","message":"Slow"}""", "agent.status", """{"status":"processing","assistant_name":null,"step_count":null,"error_message":"Slow","output":null,"error_type":"t"}""" },
        { "agent_status", """{"status":"thinking","agent":"a","step_count":3}""", "agent.status", """{"status":"processing","source_status":"thinking","assistant_name":"a","step_count":3,"error_message":null,"output":null,"agent":"a"}""" },
        { "agent_status", """{"status":"dreaming"}""", "agent.status", """{"status":"dreaming","assistant_name":null,"step_count":null,"error_message":null,"output":null}""" },
        { "agent_status", """{"status":"completed","last_response":"Hi"}""", "agent.status", """{"status":"completed","assistant_name":null,"step_count":null,"error_message":null,"output":{"last_response":"Hi"},"last_response":"Hi"}""" },
        { "agent_step_started", """{"step_number":1,"message_count":2}""", "agent.step.started", """{"step_number":1,"status_type":null,"content":null,"tool_info":null,"tokens":null,"message_count":2}""" },
        { "agent_step_completed", """{"step_number":2,"usage":{"input_tokens":5,"output_tokens":2}}""", "agent.step.completed", """{"step_number":2,"status_type":"thinking","content":null,"tool_info":null,"tokens":7,"usage":{"input_tokens":5,"output_tokens":2}}""" },
        { "agent_step_completed", """{"step_number":2,"errors":["e"],"tokens":4,"content":"Hm."}""", "agent.step.completed", """{"step_number":2,"status_type":"error","content":"Hm.","tool_info":null,"tokens":4,"errors":["e"]}""" },
        { "workflow_step_started", """{"run_id":"r","step_id":"lint","description":"Lint"}""", "agent.step.started", """{"step_number":1,"status_type":null,"content":null,"tool_info":null,"tokens":null,"run_id":"r","step_id":"lint","description":"Lint"}""" },
        { "agent_step_updated", """{"step_id":"s","status":"failed","error":"e","output":"o"}""", "agent.step.completed", """{"step_number":1,"status_type":"error","content":"o","tool_info":null,"tokens":null,"step_id":"s","status":"failed","error":"e"}""" },
        { "tool_call_started", """{"tool_call_id":"t","tool_name":"ls","args":{"a":1}}""", "agent.tool.started", """{"tool":"ls","args":{"a":1},"tool_call_id":"t","tool_name":"ls"}""" },
        { "tool_call_result", """{"tool_call_id":"t","tool_name":"ls","result":[1],"error":null}""", "agent.tool.completed", """{"tool":"ls","success":true,"error":null,"duration":null,"duration_ms":null,"tool_call_id":"t","tool_name":"ls","result":[1]}""" },
        { "tool_call_result", """{"tool_call_id":"t","tool_name":"ls","error":"No","duration_ms":1.5}""", "agent.tool.completed", """{"tool":"ls","success":false,"error":"No","duration":1.5,"tool_call_id":"t","tool_name":"ls","duration_ms":1.5}""" },
        { "agent_message_delta", """{"message_id":"m","delta":"Hi"}""", "agent.stream.chunk", """{"chunk":"Hi","is_complete":false,"tokens_delta":null,"content":"Hi","message_id":"m"}""" },
        { "agent_message_end", """{"message_id":"m","content":"Hi"}""", "agent.stream.chunk", """{"chunk":"Hi","is_complete":true,"tokens_delta":null,"content":"Hi","message_id":"m"}""" },
        { "message_created", """{"message_id":"m","role":"assistant","content":"Hi"}""", "agent.stream.chunk", """{"chunk":"Hi","is_complete":true,"tokens_delta":null,"content":"Hi","message_id":"m","role":"assistant"}""" },
        { "agent_continuation", """{"should_stop":true,"should_continue":false}""", "agent.continuation", """{"should_stop":true,"should_continue":false}""" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Write_MakesTheFrame_OfACanonicalEvent(string type, string payload, string name, string expected)
    {
        var frame = _telling.Tell(type, payload)!.Value;

        frame.GetRawText().ShouldBe($$"""{"type":"{{name}}","session_id":"s1","execution_id":"r","timestamp":"2025-12-19T07:39:07.000Z","payload":{{expected}}}""");
    }

    [Theory]
    [InlineData("agent_status", """{"status":"completed","agent":"a","step_count":2,"last_response":"Hi"}""", """{"type":"session.status","session_id":"s1","execution_id":"r","timestamp":"T","status":"completed","assistant_name":"a","step_count":2,"error_message":null,"output":{"last_response":"Hi"},"agent":"a","last_response":"Hi"}""")]
    [InlineData("run_started", """{"run_id":"r"}""", """{"type":"session.status","session_id":"s1","execution_id":"r","timestamp":"T","status":"processing","assistant_name":null,"step_count":null,"error_message":null,"output":null,"run_id":"r"}""")]
    [InlineData("agent_step_completed", """{"step_number":1,"tokens":9}""", """{"type":"step.completed","session_id":"s1","execution_id":"r","timestamp":"T","step_number":1,"status_type":"thinking","content":null,"tool_info":null,"tokens":9}""")]
    [InlineData("agent_message_delta", """{"message_id":"m","delta":"Hi"}""", """{"type":"stream.chunk","session_id":"s1","execution_id":"r","timestamp":"T","chunk":"Hi","is_complete":false,"tokens_delta":null,"message_id":"m"}""")]
    [InlineData("tool_call_started", """{"tool_call_id":"t","tool_name":"ls","args":{}}""", """{"type":"tool.called","session_id":"s1","execution_id":"r","timestamp":"T","tool":"ls","args":{},"tool_call_id":"t","tool_name":"ls"}""")]
    [InlineData("tool_call_result", """{"tool_call_id":"t","tool_name":"ls","result":1,"error":null,"type":"x","id":7}""", """{"type":"tool.completed","session_id":"s1","execution_id":"r","timestamp":"T","tool":"ls","success":true,"error":null,"duration":null,"tool_call_id":"t","tool_name":"ls","result":1,"native":{"type":"x","id":7}}""")]
    public void Write_PutsTheMembersAtTheTop_WhenItIsFlat(string type, string payload, string expected)
    {
        var frame = new ReverbTelling(isFlat: true).Tell(type, payload)!.Value;

        frame.GetRawText().ShouldBe(expected.Replace("\"T\"", "\"2025-12-19T07:39:07.000Z\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("agent_message_start", """{"message_id":"m"}""")]
    [InlineData("agent_thought_delta", """{"message_id":"m","delta":"Hm"}""")]
    [InlineData("message_created", """{"message_id":"m","role":"user","content":"Hi"}""")]
    [InlineData("message_created", """{"message_id":"m","role":"assistant","content":""}""")]
    [InlineData("run_updated", """{"run_id":"r","usage":{}}""")]
    [InlineData("run_requested", """{"run_id":"r","agent":"a","input":{}}""")]
    [InlineData("tool_call_args_delta", """{"tool_call_id":"t","delta":"{"}""")]
    [InlineData("custom_event", """{"name":"x","value":1}""")]
    [InlineData("note", "{}")]
    [InlineData("agent_status", "{}")]
    [InlineData("agent_step_completed", """{"content":"of no step"}""")]
    [InlineData("tool_call_started", """{"tool_name":1}""")]
    [InlineData("agent_message_end", """{"message_id":"m"}""")]
    [InlineData("agent_message_delta", """{"message_id":"m","delta":7}""")]
    [InlineData("agent_message_delta", """{"message_id":"m","delta":"a","delta":"b"}""")]
    public void Write_KeepsTheCanonicalForm_OfWhatHasNoCounterpart(string type, string payload)
    {
        foreach (var telling in (ReverbTelling[])[_telling, new(isFlat: true)])
        {
            var frame = telling.Tell(type, payload)!.Value;
            (frame.GetProperty("event_id").GetString(), frame.GetProperty("type").GetString(), frame.GetProperty("payload").GetRawText()).ShouldBe(("e", type, payload));
        }
    }

    [Fact]
    public void Write_TellsATextOnce_WhetherItCameInPiecesOrNot()
    {
        Payload("agent_message_delta", """{"message_id":"m","delta":"Hel"}""");
        Payload("agent_message_delta", """{"message_id":"m","delta":"lo"}""");
        var end = Payload("agent_message_end", """{"message_id":"m","content":"Hello"}""");
        (end.GetProperty("chunk").GetString(), end.GetProperty("is_complete").GetBoolean()).ShouldBe(("", true));

        _telling.Tell("agent_message_end", """{"message_id":"m","content":"Hello"}""").ShouldBeNull();
        _telling.Tell("message_created", """{"message_id":"m","role":"assistant","content":"Hello"}""")!.Value.GetProperty("type").GetString().ShouldBe("message_created");
        Payload("agent_message_end", """{"message_id":"other","content":"Hi"}""").GetProperty("chunk").GetString().ShouldBe("Hi");
    }

    [Fact]
    public void Write_SaysHowLongAToolTook_AndWithWhichArguments()
    {
        _telling.Tell("tool_call_started", """{"tool_call_id":"t","tool_name":"ls","args":{}}""");
        _telling.Tell("tool_call_updated", """{"tool_call_id":"t","args":{"a":1}}""");
        var frame = _telling.Tell("tool_call_result", """{"tool_call_id":"t","tool_name":"ls","result":1,"error":null}""", at: "07:39:08.250")!.Value.GetProperty("payload");

        (frame.GetProperty("duration").GetInt32(), frame.GetProperty("duration_ms").GetInt32(), frame.GetProperty("args").GetRawText()).ShouldBe((1250, 1250, """{"a":1}"""));
    }

    [Fact]
    public void Write_CountsSteps_AndNamesTheToolOfEach()
    {
        _telling.Tell("run_started", """{"run_id":"r"}""");
        Payload("workflow_step_started", """{"run_id":"r","step_id":"a","description":""}""").GetProperty("step_number").GetInt32().ShouldBe(1);
        _telling.Tell("tool_call_started", """{"tool_call_id":"t","tool_name":"ls","args":{}}""");
        var first = Payload("workflow_step_completed", """{"run_id":"r","step_id":"a"}""");
        (first.GetProperty("step_number").GetInt32(), first.GetProperty("status_type").GetString(), first.GetProperty("tool_info").GetRawText()).ShouldBe((1, "tool_call", """{"name":"ls"}"""));
        Payload("agent_step_updated", """{"step_id":"b","status":"running"}""").GetProperty("step_number").GetInt32().ShouldBe(2);
        _telling.Tell("agent_step_updated", """{"step_id":"b","status":"running","progress":0.5}""")!.Value.GetProperty("type").GetString().ShouldBe("agent_step_updated");
        Payload("agent_step_updated", """{"step_id":"b","status":"completed"}""").GetProperty("status_type").GetString().ShouldBe("thinking");
        _telling.Tell("agent_step_updated", """{"step_id":"b","status":"completed"}""")!.Value.GetProperty("type").GetString().ShouldBe("agent_step_updated");

        Payload("run_completed", """{"run_id":"r"}""").GetProperty("step_count").GetInt32().ShouldBe(2);
    }

    [Fact]
    public void Write_AnswersWithTheLastMessage_WhenTheRunEndsWithoutAnOutput()
    {
        _telling.Tell("run_started", """{"run_id":"r"}""");
        _telling.Tell("agent_message_end", """{"message_id":"m1","content":"First"}""");
        _telling.Tell("agent_message_end", """{"message_id":"m2","content":"Last"}""");
        _telling.Tell("agent_message_end", """{"message_id":"m3","content":"Of another"}""", "\"run_id\":\"x\"");
        var end = Payload("run_completed", """{"run_id":"r"}""");

        (end.GetProperty("previous_status").GetString(), end.GetProperty("output").GetProperty("last_response").GetString()).ShouldBe(("processing", "Last"));
        _telling.Tell("run_started", """{"run_id":"r"}""");
        Payload("run_failed", """{"run_id":"r","error":"e"}""").GetProperty("output").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void Write_KeepsTheStatus_WhenAnErrorEndsNothing()
    {
        _telling.Tell("agent_status", """{"status":"paused"}""");
        var error = Payload("run_error", """{"error_type":"t","message":"boom"}""");
        (error.GetProperty("status").GetString(), error.GetProperty("error_message").GetString()).ShouldBe(("paused", "boom"));
    }

    [Fact]
    public void Write_NamesTheBroadcastStream_WhereAnEventHasNoSession()
    {
        var frame = _telling.Tell("agent_status", """{"status":"idle"}""", "\"project_id\":\"p\"", session: "broadcast")!.Value;
        (frame.GetProperty("session_id").GetString(), frame.GetProperty("execution_id").ValueKind).ShouldBe(("broadcast", JsonValueKind.Null));
    }

    private JsonElement Payload(string type, string payload) => _telling.Tell(type, payload)!.Value.GetProperty("payload");
}
