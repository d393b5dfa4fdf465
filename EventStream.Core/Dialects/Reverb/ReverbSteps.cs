using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects.Reverb;

/// <summary>The turns of an agent's loop, and the steps of a workflow, which are counted when they have no number.</summary>
internal static class ReverbSteps
{
    private static readonly string[] Totals = ["total", "total_tokens", "totalTokens"];
    private static readonly string[] Inputs = ["input", "input_tokens", "inputTokens", "prompt", "prompt_tokens"];
    private static readonly string[] Outputs = ["output", "output_tokens", "outputTokens", "completion", "completion_tokens"];

    public static ReverbName? Started(ReverbData data) => NumberOf(data) is { } number ? Start(data, number) : null;

    public static ReverbName? Completed(ReverbData data) => NumberOf(data) is { } number ? Complete(data, number) : null;

    /// <summary>The first word of a step is its start, its end is told once, and what comes in between keeps its form.</summary>
    public static ReverbName? Updated(ReverbData data)
    {
        if (KeyOf(data) is not { } key) return null;
        var known = data.Memory.Steps.Find(key);
        if (known < 0 || NumberOf(data) is not { } number) return null;
        var isEnd = StatusMembers.IsEnd(data.Payload.MemberText("status"));
        if (isEnd) data.Memory.Steps.Set(key, -number);
        return isEnd ? Complete(data, number) : known == 0 ? Start(data, number) : null;
    }

    public static ReverbName? Continuation(ReverbData data)
    {
        data.Begin(ReverbName.Continuation);
        return ReverbName.Continuation;
    }

    private static ReverbName Start(ReverbData data, int number)
    {
        data.Memory.Scopes.Set(data.Scope, data.Memory.Scopes.Find(data.Scope) with { Tool = null });
        return Write(data, ReverbName.StepStarted, number, data.Payload.TakeText("status_type"), tool: null);
    }

    private static ReverbName Complete(ReverbData data, int number)
    {
        var scope = data.Memory.Scopes.Find(data.Scope);
        data.Memory.Scopes.Set(data.Scope, scope with { Tool = null });
        return Write(data, ReverbName.StepCompleted, number, data.Payload.TakeText("status_type") ?? TypeOf(data, scope.Tool), scope.Tool);
    }

    private static ReverbName Write(ReverbData data, ReverbName name, int number, string? statusType, string? tool)
    {
        data.Payload.Drop("step_number");
        data.Begin(name).Number("step_number", number);
        data.Text("status_type", statusType);
        data.Json("content", data.Payload.Take("content") ?? (data.Payload.Member("output") is { ValueKind: JsonValueKind.String } ? data.Payload.Take("output") : null));
        if (data.Payload.Find("tool_info") is null && tool is not null)
        {
            data.Payload.Drop("tool_info");
            data.Written.Object("tool_info", new PayloadWriter().BeginNative().Text("name", tool).Finish());
        }
        else data.Move("tool_info");
        if (data.Payload.Find("tokens") is not null) data.Move("tokens");
        else
        {
            data.Payload.Drop("tokens");
            data.Number("tokens", TokensOf(data.Payload.Member("usage")));
        }
        return name;
    }

    private static string TypeOf(ReverbData data, string? tool)
    {
        var errors = data.Payload.Find("errors") ?? data.Payload.Find("error");
        var hasFailed = errors switch
        {
            { ValueKind: JsonValueKind.Number } count => count.TryGetDouble(out var number) && number > 0,
            { ValueKind: JsonValueKind.Array } list => list.GetArrayLength() > 0,
            { ValueKind: JsonValueKind.False } or null => false,
            _ => true,
        };
        if (hasFailed || data.Payload.MemberText("status") == "failed") return "error";
        return tool is not null || data.Payload.Member("has_tool_calls") is { ValueKind: JsonValueKind.True } ? "tool_call" : "thinking";
    }

    private static int? NumberOf(ReverbData data)
    {
        var scope = data.Memory.Scopes.Find(data.Scope);
        var key = KeyOf(data);
        var known = key is null ? 0 : Math.Abs(data.Memory.Steps.Find(key));
        if ((data.Whole("step_number") ?? (known > 0 ? known : key is null ? null : scope.Steps + 1)) is not { } number) return null;
        if (key is not null && known == 0 && number > 0) data.Memory.Steps.Set(key, number);
        data.Memory.Scopes.Set(data.Scope, scope with { Steps = Math.Max(scope.Steps, number) });
        return number;
    }

    private static string? KeyOf(ReverbData data) =>
        data.Payload.MemberText("step_id") is { Length: > 0 and <= EventLimits.MaxMemberLength } id ? $"{data.Scope}/{id}" : null;

    private static long? TokensOf(JsonElement? usage)
    {
        if (usage is not { ValueKind: JsonValueKind.Object } said) return null;
        var members = new NativeBody(said);
        if (Count(members.Find(Totals)) is { } total) return total;
        return (Count(members.Find(Inputs)), Count(members.Find(Outputs))) switch
        {
            (null, null) => null,
            var (input, output) => (input ?? 0) + (output ?? 0),
        };
    }

    private static long? Count(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var count) ? count : null;
}
