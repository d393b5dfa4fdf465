using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Eddie;

/// <summary>A line of the JSONL trace log: always a log entry, which holds all of it; for tools their event too.</summary>
internal static class EddieTraceRecord
{
    public const string NoPhase = "trace";

    // Nobody nests agents that deep; hostile JSON might.
    private const int MaxAgentDepth = 8;

    private static readonly string[] Times = ["timestamp", "time", "ts"];

    public static EddieEvent Row { get; } = new(Normalise) { IsForAll = true };

    /// <summary>Whether it is a record, of an event of that native name.</summary>
    public static bool IsOne(NativeBody body, string? type)
    {
        var isRecord = body.Member("phase") is not null || (body.Member("metrics") is not null && body.Member("historyLength") is not null);
        return isRecord && body.MemberText("type") is null && (type is null || type == (PhaseOf(body) ?? NoPhase));
    }

    public static string? PhaseOf(NativeBody record) => record.Id("phase");

    /// <summary>Its agent: of its own, of the agent it tells of, of its metadata; else the same in its data.</summary>
    public static string? AgentOf(NativeBody record) => AgentIn(record, 0) ?? AgentIn(DataOf(record), 0);

    public static DateTimeOffset? TimeOf(NativeBody record) => NativeTime.Read(Find(record, DataOf(record), Times));

    public static void Normalise(NormalisedEvents output, NativeBody record)
    {
        var data = DataOf(record);
        var phase = PhaseOf(record);
        var entry = output.Write("log_created").Text("level", "info").Text("message", phase is null ? "Trace event written" : $"Trace {phase}").Json("context", record.Json);
        if (Find(record, data, Times) is { ValueKind: JsonValueKind.String } time) entry.Json("created_at", time);
        entry.Text("agent", output.Native.AgentId).Remaining(output.Native.Beside);
        output.Add();

        // Nobody could tell whose tool it is.
        if (output.Native.SessionId is null) return;
        var tool = new EddieToolCall
        {
            Id = FindId(record, data, "id", "toolCallId", "tool_call_id"),
            Name = FindId(record, data, "name", "tool"),
            Args = Find(record, data, "arguments", "args"),
            Result = Find(record, data, "result"),
            Agent = output.Native.AgentId,
        };
        if (phase == "tool_call") EddieTools.Start(output, tool, new NativeBody(EventJson.NoMembers));
        else if (phase == "tool_result") EddieTools.End(output, tool, error: null, new NativeBody(EventJson.NoMembers));
        else if (phase == "tool_error") EddieTools.End(output, tool with { Result = null }, ErrorOf(Find(record, data, "error")), new NativeBody(EventJson.NoMembers));
    }

    private static string ErrorOf(JsonElement? error) =>
        error is { } thrown && (JsonText.Text(thrown) ?? JsonText.MemberText(thrown, "message")) is { Length: > 0 } message ? message : "failed";

    private static NativeBody DataOf(NativeBody record) => new(record.Member("data") ?? EventJson.NoMembers);

    private static JsonElement? Find(NativeBody record, NativeBody data, params ReadOnlySpan<string> names) => data.Find(names) ?? record.Find(names);

    private static string? FindId(NativeBody record, NativeBody data, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if ((data.Id(name) ?? record.Id(name)) is { } id) return id;
        }
        return null;
    }

    private static string? AgentIn(NativeBody element, int depth)
    {
        if (depth > MaxAgentDepth) return null;
        if (element.Agent() is { } own) return own;
        if (element.Member("agent") is { ValueKind: JsonValueKind.Object } agent && new NativeBody(agent) is var inner && (inner.Id("id") ?? AgentIn(inner, depth + 1)) is { } id) return id;
        return element.Member("metadata") is { } metadata ? new NativeBody(metadata).Id("agentId") : null;
    }
}
