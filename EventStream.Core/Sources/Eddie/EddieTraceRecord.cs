using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Eddie;

/// <summary>A line of the JSONL trace log. It becomes a log entry that holds the whole line; a tool's line becomes a tool event as well.</summary>
internal static class EddieTraceRecord
{
    public const string NoPhase = "trace";

    // Real agents aren't nested that deep; hostile JSON may be.
    private const int MaxAgentDepth = 8;

    private static readonly string[] Times = ["timestamp", "time", "ts"];

    public static EddieEvent Row { get; } = new(Normalise) { IsForAll = true };

    /// <summary>Whether it is a record, of an event of that native name.</summary>
    public static bool IsOne(NativeBody body, string? type)
    {
        var isRecord = body.Member("phase") is not null || (body.Member("metrics") is not null && body.Member("historyLength") is not null);
        return isRecord && body.MemberText("type") is null && (type is null || type == (PhaseOf(body) ?? NoPhase));
    }

    public static string? PhaseOf(NativeBody record) => record.Word("phase");

    /// <summary>Its agent: its own member, its <c>agent</c> object or its metadata; otherwise the same in its data.</summary>
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

        // A tool call needs a session.
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
            if ((data.Id(name) ?? record.Id(name)) is { } id) return NativeIds.Bounded(id);
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
