using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Cognesy;

/// <summary>What frames say of the session, the execution, the agent and the time.</summary>
internal static class CognesyEnvelope
{
    public static readonly string[] SessionNames = ["session_id", "sessionId"];
    public static readonly string[] ExecutionNames = ["execution_id", "executionId"];
    public static readonly string[] AgentNames = ["agent_id", "agentId"];

    private static readonly string[] Clocks = ["timestamp", "createdAt", "at"];
    private static readonly string[] Moments = ["completed", "ended", "completedAt", "endedAt", "startedAt"];

    /// <summary>The session; else the one that the channel is named after; else the agent's own, as the broadcaster has it.</summary>
    public static string? SessionOf(CognesyFrame frame) =>
        Id(frame, SessionNames) ?? ChannelOf(frame) ?? (frame.IsRaw ? AgentOf(frame) : null);

    public static string? ExecutionOf(CognesyFrame frame) => Id(frame, ExecutionNames);

    public static string? AgentOf(CognesyFrame frame) => Id(frame, AgentNames);

    public static string? ProjectOf(CognesyFrame frame) => Id(frame, ["project_id", "projectId"]);

    /// <summary>The id of a raw event: a UUID.</summary>
    public static string? EventIdOf(CognesyFrame frame) =>
        frame.IsRaw && frame.Bodies.Count > 1 && JsonText.MemberText(frame.Bodies[^1].Json, "id") is { } id && Guid.TryParseExact(id, "D", out _) ? id : null;

    public static DateTimeOffset? TimestampOf(CognesyFrame frame)
    {
        if (TimeOf(frame) is { } clock) return clock.Time;
        return frame.IsRaw ? Array.ConvertAll(Moments, name => NativeTime.Read(frame.Find(name))).FirstOrDefault(time => time is not null) : null;
    }

    /// <summary>The member that holds only the time.</summary>
    public static (NativeBody Body, string Name, DateTimeOffset Time)? TimeOf(CognesyFrame frame)
    {
        foreach (var name in frame.IsRaw ? Clocks : Clocks.AsSpan(0, 1))
        {
            foreach (var body in frame.Bodies)
            {
                if (body.Find(name) is { } value && IsTime(value) && NativeTime.Read(value) is { } time) return (body, name, time);
            }
        }
        return null;
    }

    private static bool IsTime(JsonElement value) =>
        value.ValueKind != JsonValueKind.Object || (NativeBody.IsPlain(value) && value.EnumerateObject().All(member => member.Name is "date" or "timezone_type" or "timezone"));

    private static string? Id(CognesyFrame frame, string[] names) =>
        names.Select(name => frame.First(body => JsonText.FirstScalar(body.Json, name))).FirstOrDefault(id => id is not null);

    private static string? ChannelOf(CognesyFrame frame)
    {
        if (frame.IsRaw || frame.First(body => JsonText.MemberText(body.Json, "channel")) is not { } channel) return null;
        var at = channel.StartsWith("agent.", StringComparison.Ordinal) ? 0 : channel.IndexOf("-agent.", StringComparison.Ordinal) + 1;
        return at == 0 && !channel.StartsWith("agent.", StringComparison.Ordinal) ? null : channel[(at + "agent.".Length)..] is { Length: > 0 } session ? session : null;
    }
}
