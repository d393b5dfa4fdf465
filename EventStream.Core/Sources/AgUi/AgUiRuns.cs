using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.AgUi;

/// <summary>Runs, their subagents and steps.</summary>
internal static class AgUiRuns
{
    // What AG-UI's users call a run that waits for a person.
    private const string Interrupt = "interrupt";

    public static void Start(ProviderEvent current)
    {
        var id = current.Body.TakeId("runId");
        var input = current.Take("input");
        var messages = input?.Take(JsonValueKind.Array, "messages");
        var resume = input?.Member("resume");
        var waiting = current.State.OpenRunOf(AgUiNormaliser.Named);
        var started = ProviderRuns.Started(current, id).Text("parent_run_id", current.Body.TakeId("parentRunId")).Text("thread_id", current.Body.TakeText("threadId"));
        if (input?.Remaining().Any() == true) started.Object("input", new PayloadWriter().BeginNative().Remaining(input).Finish());
        current.Add(started, current.Body);
        if (waiting is not null && waiting != current.Run && current.State.Run(waiting) is { IsEnded: false, LastType: "run_awaiting_input" }) GoOn(current, waiting, resume);
        if (messages is { } told) AgUiMessages.Tell(current, told);
    }

    public static void StartSubagent(ProviderEvent current)
    {
        var body = current.Body;
        if (current.Native.RunId is not { } id || body.TakeName("name") is not { } name)
        {
            current.AddUnknown();
            return;
        }
        var parent = body.TakeId("parentSubagentRunId") ?? current.State.OpenRunOf(AgUiNormaliser.Named);
        current.Run = current.State.RunNamed(id);
        current.Add(current.Write("run_started").Text("run_id", current.Run).Text("agent", name).Text("parent_run_id", parent).Text("parent_tool_call_id", body.TakeId("parentToolCallId")), body);
    }

    public static void Finish(ProviderEvent current)
    {
        if (current.Run is not { } run)
        {
            current.AddUnknown();
            return;
        }
        var (body, outcome) = (current.Body, current.Take("outcome"));
        var (type, result) = (outcome?.TakeName("type"), body.Take("result"));
        body.DropCarried(null, "outcome");
        var thread = body.TakeText("threadId");
        if (type is Interrupt or "suspended")
        {
            Await(current, run, outcome!, thread);
            return;
        }
        var isCancelled = type == "cancelled" || (type is null && result is { ValueKind: JsonValueKind.Object } said && JsonText.Member(said, "cancelled") is { ValueKind: JsonValueKind.True });
        ProviderRuns.Close(current, run, isFailure: isCancelled);
        var payload = current.Write(isCancelled ? "run_cancelled" : "run_completed").Text("run_id", run).Text("thread_id", thread);
        if (result is { ValueKind: not JsonValueKind.Null }) payload.Json(isCancelled ? "result" : "output", result);
        // A later version may end runs in other ways.
        current.Add(payload.Json("usage", Usage(body)).Text("stop_reason", type is null or "success" or "cancelled" ? null : type), outcome, body);
    }

    public static void Fail(ProviderEvent current)
    {
        var (error, code) = (current.Body.TakeText("message") ?? "The run failed.", current.Body.TakeName("code"));
        ProviderRuns.Fail(current, error, code ?? "error", current.Body);
    }

    public static void Step(ProviderEvent current, string type)
    {
        if (current.Body.TakeId("stepName") is { } name) current.Add(current.Write(type).Text("run_id", current.Run).Text("step_id", name), current.Body);
        else current.AddUnknown();
    }

    // A run that asks something has ended to AG-UI; here it waits, so that whoever sees it can answer.
    private static void Await(ProviderEvent current, string run, NativeBody outcome, string? thread)
    {
        var interrupts = outcome.Take(JsonValueKind.Array, "interrupts");
        foreach (var asked in interrupts?.EnumerateArray() ?? default)
        {
            if (JsonText.Member(asked, "toolCallId") is not { } call || JsonText.Id(call) is not { } callId || JsonText.Id(JsonText.Member(asked, "id")) is not { } id) continue;
            var known = current.State.FindToolCall(callId, run);
            current.Write("tool_approval_requested").Text("approval_id", id).Text("run_id", run).Text("tool_call_id", known?.Id ?? callId)
                .Text("tool_name", known?.Name ?? "unknown").Json("args", EventJson.NoMembers).Text("reason", JsonText.FirstText(asked, "message", "reason"));
            current.Add();
        }
        var payload = current.Write("run_awaiting_input").Text("run_id", run).Text("status", Interrupt).Text("thread_id", thread);
        if (interrupts is { } all) payload.Json("interrupts", all);
        current.Add(payload, outcome, current.Body);
    }

    /// <summary>The run that follows says what became of the one that waited.</summary>
    private static void GoOn(ProviderEvent current, string waiting, JsonElement? resume)
    {
        foreach (var answer in resume is { ValueKind: JsonValueKind.Array } answers ? answers.EnumerateArray() : default)
        {
            if (JsonText.Id(JsonText.Member(answer, "interruptId")) is not { } id || current.State.Approval(waiting, id) is not { Approved: null }) continue;
            var isRefused = JsonText.MemberText(answer, "status") != "resolved" || (JsonText.Member(answer, "payload") is { ValueKind: JsonValueKind.Object } said && JsonText.Member(said, "approved") is { ValueKind: JsonValueKind.False });
            current.Output.WriteClosing("tool_approval_answered", waiting).Text("approval_id", id).Text("run_id", waiting).Flag("approved", !isRefused).Text("continued_as", current.Run);
            current.Add();
        }
        current.Output.WriteClosing("run_completed", waiting).Text("run_id", waiting).Text("stop_reason", Interrupt);
        current.Add();
    }

    // One model's figures are an object, as in all sources; those of several stay a list.
    private static JsonElement? Usage(NativeBody body) => body.Take(JsonValueKind.Array, "usage") is { } usage ? usage.GetArrayLength() == 1 ? usage[0] : usage : null;
}
