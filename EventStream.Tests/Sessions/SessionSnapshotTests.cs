using System.Net;
using System.Text.Json;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sessions;

/// <summary>Where a session stands, as those read it who come without its stream.</summary>
public sealed class SessionSnapshotTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly string _session = $"s-{Guid.NewGuid():N}";

    [Fact]
    public async Task Get_TellsWhatGoesOn()
    {
        await PublishAsync("""{"type":"run_requested","payload":{"run_id":"r0","agent":"planner"}}""");
        await PublishAsync("""{"type":"run_created","payload":{"run_id":"r1","parent_run_id":"r9","parent_tool_call_id":"tc_9"},"project_id":"p1"}""");
        await PublishAsync("""{"type":"run_started","payload":{"run_id":"r2"},"agent_id":"writer","timestamp":"2026-01-02T03:04:05.678Z"}""");
        await PublishAsync("""{"type":"run_failed","payload":{"run_id":"r3","error":"gone","error_type":"lost"}}""");
        await PublishAsync("""{"type":"agent_message_start","payload":{"message_id":"m1","agent":"writer"},"run_id":"r2"}""");
        await PublishAsync("""{"type":"agent_message_delta","payload":{"message_id":"m1","delta":"Hel"},"run_id":"r2"}""");
        await PublishAsync("""{"type":"agent_message_delta","payload":{"message_id":"m1","delta":"lo"},"run_id":"r2"}""");
        await PublishAsync("""{"type":"agent_thought_delta","payload":{"message_id":"t1","delta":"Hm"},"run_id":"r2"}""");
        await PublishAsync("""{"type":"tool_call_started","payload":{"tool_call_id":"tc1","tool_name":"search","args":{}},"run_id":"r2"}""");
        await PublishAsync("""{"type":"tool_call_started","payload":{"tool_call_id":"tc2","tool_name":"done","args":{}},"run_id":"r2"}""");
        await PublishAsync("""{"type":"tool_call_result","payload":{"tool_call_id":"tc2","tool_name":"done","result":1},"run_id":"r2"}""");
        await PublishAsync("""{"type":"tool_approval_requested","payload":{"approval_id":"ap1","run_id":"r2","tool_call_id":"tc1","tool_name":"search","args":{"q":"é"},"reason":"It costs.","agent":"writer"}}""");
        await PublishAsync("""{"type":"agent_status","payload":{"status":"thinking"}}""");

        var state = await GetAsync();

        state.GetProperty("session_id").GetString().ShouldBe(_session);
        state.GetProperty("cursor").GetString()!.ShouldEndWith("-13");
        state.GetProperty("agent_status").GetString().ShouldBe("thinking");
        state.GetProperty("runs").EnumerateArray().Select(run => $"{run.GetProperty("run_id")} {run.GetProperty("status")} {Text(run, "agent")}").ShouldBe(["r0 requested planner", "r1 created ", "r2 running writer", "r3 failed "]);
        var runs = state.GetProperty("runs");
        (Text(runs[1], "parent_run_id"), Text(runs[1], "parent_tool_call_id"), Text(runs[1], "project_id")).ShouldBe(("r9", "tc_9", "p1"));
        runs[2].GetProperty("began_at").GetDateTimeOffset().ShouldBe(DateTimeOffset.Parse("2026-01-02T03:04:05.678Z", System.Globalization.CultureInfo.InvariantCulture));
        (Text(runs[2], "ended_at"), Text(runs[3], "error_type"), Text(runs[3], "ended_at")?.Length > 0).ShouldBe((null, "lost", true));
        state.GetProperty("messages").EnumerateArray().Select(message => message.GetRawText()).ShouldBe([
            """{"message_id":"m1","kind":"message","text":"Hello","is_cut":false,"agent":"writer","run_id":"r2"}""",
            """{"message_id":"t1","kind":"thought","text":"Hm","is_cut":false,"run_id":"r2"}""",
        ]);
        state.GetProperty("tool_calls").EnumerateArray().Select(call => call.GetRawText()).ShouldBe(["""{"tool_call_id":"tc1","tool_name":"search","run_id":"r2"}"""]);
        state.GetProperty("approvals").EnumerateArray().Select(asked => asked.GetRawText()).ShouldBe(["""{"approval_id":"ap1","run_id":"r2","tool_call_id":"tc1","tool_name":"search","args":{"q":"é"},"reason":"It costs.","agent":"writer"}"""]);
    }

    [Fact]
    public async Task Get_TellsWhatFailed_Once_AndWhenTheNewestEventWasMade()
    {
        await PublishAsync("""{"type":"tool_call_started","payload":{"tool_call_id":"tc1","tool_name":"search","args":{}},"run_id":"r1"}""");
        await PublishAsync("""{"type":"tool_call_result","payload":{"tool_call_id":"tc1","tool_name":"search","error":"timeout"},"run_id":"r1"}""");
        await PublishAsync("""{"type":"tool_call_result","payload":{"tool_call_id":"tc1","tool_name":"search","error":"timeout"},"run_id":"r1"}""");
        await PublishAsync("""{"type":"tool_call_result","payload":{"tool_call_id":"tc2","tool_name":"search","success":false},"run_id":"r1"}""");
        await PublishAsync("""{"type":"tool_call_result","payload":{"tool_call_id":"tc3","tool_name":"search","error":"cancelled"},"run_id":"r1"}""");
        await PublishAsync("""{"type":"tool_call_result","payload":{"tool_call_id":"tc4","tool_name":"search","error":"no","blocked":true},"run_id":"r1"}""");
        await PublishAsync("""{"type":"run_error","payload":{"message":"again","error_type":"x"},"run_id":"r1"}""");
        await PublishAsync("""{"type":"run_failed","payload":{"run_id":"r1","error":"gone"}}""");
        await PublishAsync("""{"type":"run_failed","payload":{"run_id":"r2","error":"gone","error_type":"lost"}}""");
        await PublishAsync("""{"type":"note","payload":{},"timestamp":"2026-01-02T03:04:05.678Z"}""");

        var state = await GetAsync();

        (state.GetProperty("errors").GetInt32(), state.GetProperty("last_event_at").GetString()).ShouldBe((4, "2026-01-02T03:04:05.678+00:00"));
    }

    [Fact]
    public async Task Get_TellsTheStateThatAgentsShare_AsItWasWritten()
    {
        await PublishAsync("""{"type":"state_snapshot","payload":{"snapshot":{"n":1.10,"half":"\ud83d","l":[]}}}""");
        await PublishAsync("""{"type":"state_delta","payload":{"delta":[{"op":"add","path":"/l/-","value":12345678901234567890}]}}""");
        await PublishAsync("""{"type":"state_delta","payload":{"delta":[{"op":"remove","path":"/none"}]}}""");

        (await GetAsync()).GetProperty("state").GetRawText().ShouldBe("""{"n":1.10,"half":"\ud83d","l":[12345678901234567890]}""");
    }

    [Fact]
    public async Task Get_TellsArguments_ThatHoldHalfACharacter()
    {
        await PublishAsync("""{"type":"tool_approval_requested","payload":{"approval_id":"ap1","run_id":"r1","tool_call_id":"tc1","tool_name":"search","args":{"q":"\ud83d"}}}""");

        (await GetAsync()).GetProperty("approvals")[0].GetProperty("args").GetRawText().ShouldBe("""{"q":"\ud83d"}""");
    }

    [Fact]
    public async Task Get_TellsNothingOpen_OnceTheRunHasEnded_OrBeforeAnythingHappened()
    {
        (await GetAsync()).GetRawText().ShouldBe($$"""{"session_id":"{{_session}}","cursor":"0-0","viewers":0,"errors":0,"runs":[],"messages":[],"tool_calls":[],"approvals":[]}""");
        await PublishAsync("""{"type":"run_started","payload":{"run_id":"r1"}}""");
        await PublishAsync("""{"type":"agent_message_start","payload":{"message_id":"m1","agent":"writer"},"run_id":"r1"}""");
        await PublishAsync("""{"type":"tool_approval_requested","payload":{"approval_id":"ap1","run_id":"r1","tool_call_id":"tc1","tool_name":"search","args":{}}}""");

        await PublishAsync("""{"type":"run_completed","payload":{"run_id":"r1"}}""");

        var state = await GetAsync();
        (state.GetProperty("messages").GetArrayLength(), state.GetProperty("approvals").GetArrayLength(), Text(state.GetProperty("runs")[0], "status")).ShouldBe((0, 0, "completed"));
    }

    [Fact]
    public async Task Get_CutsTexts_ToTheirShareOfWhatAllMayTake()
    {
        for (var message = 0; message < 8; message++) await PublishAsync($$$"""{"type":"agent_message_delta","payload":{"message_id":"m{{{message}}}","delta":"{{{new string('é', 50_000)}}}"}}""");
        await PublishAsync("""{"type":"agent_message_delta","payload":{"message_id":"short","delta":"Hello"}}""");

        var messages = (await GetAsync()).GetProperty("messages").EnumerateArray().Select(message => (Text: message.GetProperty("text").GetString()!, IsCut: message.GetProperty("is_cut").GetBoolean())).ToArray();

        messages.Sum(message => System.Text.Encoding.UTF8.GetByteCount(message.Text)).ShouldBeInRange(100_000, 256 * 1024);
        messages.Select(message => message.IsCut).ShouldBe([.. Enumerable.Repeat(true, 8), false]);
        messages[^1].Text.ShouldBe("Hello");
    }

    [Fact]
    public async Task Get_CountsClientsOfBothTransports_AndNoneThatShowsNobody()
    {
        await using var sse = await shared.Server.OpenAsync($"/events/{_session}");
        await using var program = await shared.Server.OpenAsync($"/events/{_session}?viewer=false");
        await using (await WebSocketClient.OpenAsync(shared.Server.Address, $"/ws/events/{_session}")) (await GetAsync()).GetProperty("viewers").GetInt64().ShouldBe(2);

        await Eventually.TrueAsync(async () => (await GetAsync()).GetProperty("viewers").GetInt64() == 1, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Stream_Refuses_WhatIsNoAnswerToWhetherItIsAViewer()
    {
        var refused = await shared.Server.GetAsync($"/events/{_session}?viewer=no");

        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Text.ShouldContain("viewer is 'no'; it is true or false.");
    }

    private static string? Text(JsonElement json, string member) => json.TryGetProperty(member, out var value) ? value.GetString() : null;

    private async Task PublishAsync(string envelope) => (await shared.Server.PostAsync($"/events/{_session}", envelope)).Status.ShouldBe(HttpStatusCode.OK);

    private async Task<JsonElement> GetAsync()
    {
        var answer = await shared.Server.GetAsync($"/sessions/{_session}");
        answer.Status.ShouldBe(HttpStatusCode.OK);
        return answer.Json;
    }
}
