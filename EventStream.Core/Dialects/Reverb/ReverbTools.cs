using System.Runtime.InteropServices;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using static EventStream.Dialects.Reverb.ReverbMemory;

namespace EventStream.Dialects.Reverb;

/// <summary>Tool calls, with how long they took.</summary>
internal static class ReverbTools
{
    public static ReverbName? Started(ReverbData data)
    {
        if (data.Payload.MemberText("tool_name") is not { } tool) return null;
        if (IdOf(data) is { } id) data.Memory.Calls.Set(id, new ToldCall(NativeTime.Read(data.Stored.Timestamp), KeptArgs(data)));
        if (tool.Length <= EventLimits.MaxMemberLength) data.Memory.Scopes.Set(data.Scope, data.Memory.Scopes.Find(data.Scope) with { Tool = tool });
        data.Begin(ReverbName.ToolStarted).Text("tool", tool);
        data.Move("args");
        return ReverbName.ToolStarted;
    }

    /// <summary>Takes note of arguments that came in pieces; the end of the call tells them.</summary>
    public static ReverbName? Updated(ReverbData data)
    {
        if (IdOf(data) is { } id && KeptArgs(data) is { } args) data.Memory.Calls.Set(id, data.Memory.Calls.Find(id) with { Args = args });
        return null;
    }

    public static ReverbName? Completed(ReverbData data)
    {
        var told = IdOf(data) is { } id ? data.Memory.Calls.Find(id) : default;
        if (IdOf(data) is { } ended) data.Memory.Calls.Drop(ended);
        var tool = data.Payload.MemberText("tool_name");
        if (tool is null) return null;
        var error = data.Payload.Find("error");
        data.Begin(ReverbName.ToolCompleted).Text("tool", tool)
            .Flag("success", data.Payload.Take("success") is { ValueKind: JsonValueKind.True or JsonValueKind.False } said ? said.ValueKind == JsonValueKind.True : error is null);
        data.Move("error");
        WriteDuration(data, told.StartedAt);
        if (data.Payload.Member("args") is null && told.Args is { } args) data.Written.Json("args", args);
        if (data.IsOwn && data.Stored.SourceType == ReverbName.ToolCompleted.Envelope) data.Json("result_summary", data.Payload.Take("result"));
        return ReverbName.ToolCompleted;
    }

    private static void WriteDuration(ReverbData data, DateTimeOffset? startedAt)
    {
        if (data.Payload.Find("duration_ms") is { } said)
        {
            data.Json("duration", said);
            return;
        }
        long? took = startedAt is { } from && NativeTime.Read(data.Stored.Timestamp) is { } to ? Math.Max(0, (long)(to - from).TotalMilliseconds) : null;
        data.Number("duration", took);
        if (data.HasSecondName("duration_ms")) data.Number("duration_ms", took);
    }

    private static JsonElement? KeptArgs(ReverbData data) =>
        data.Payload.Member("args") is { ValueKind: JsonValueKind.Object } args && args.GetPropertyCount() > 0 && JsonMarshal.GetRawUtf8Value(args).Length <= MaxArgsBytes ? args.Clone() : null;

    private static string? IdOf(ReverbData data) => data.Payload.MemberText("tool_call_id") is { Length: <= EventLimits.MaxMemberLength } id ? id : null;
}
