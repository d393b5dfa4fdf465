using System.Text.Json;

namespace EventStream.Sessions.Snapshots;

/// <summary>Where a session stands: what its events add up to.</summary>
public sealed record SessionSnapshot
{
    /// <summary>The session.</summary>
    public required string SessionId { get; init; }

    /// <summary>The position up to which it is told: <c>0-0</c> before the first event.</summary>
    public required string Cursor { get; init; }

    /// <summary>How many clients watch the session, over all nodes.</summary>
    public required long Viewers { get; init; }

    /// <summary>When its newest event was made; null before the first.</summary>
    public DateTimeOffset? LastEventAt { get; init; }

    /// <summary>How many tool calls and runs failed, and errors were told by runs that went on. What was cancelled or refused by a person is none.</summary>
    public int Errors { get; init; }

    /// <summary>The newest status of its agents; null before the first.</summary>
    public string? AgentStatus { get; init; }

    /// <summary>The runs that are remembered, in the order in which they began; 1,000 at most.</summary>
    public required IReadOnlyList<RunSnapshot> Runs { get; init; }

    /// <summary>Messages and thoughts that are being told, in the order in which they began.</summary>
    public required IReadOnlyList<MessageSnapshot> Messages { get; init; }

    /// <summary>Tool calls without a result, in the order in which they began.</summary>
    public required IReadOnlyList<ToolCallSnapshot> ToolCalls { get; init; }

    /// <summary>Questions of runs that wait for an answer.</summary>
    public required IReadOnlyList<ApprovalSnapshot> Approvals { get; init; }

    /// <summary>The state that agents share by <c>state_snapshot</c> and <c>state_delta</c>; null when there is none, or it takes more than 1 MiB.</summary>
    public JsonElement? State { get; init; }

    // So that an answer stays small however many messages are open.
    private const int MaxTextBytes = 256 * 1024;

    internal static SessionSnapshot Of(string sessionId, SessionState state, long viewers) => new()
    {
        SessionId = sessionId,
        Cursor = state.Head.ToString(),
        Viewers = viewers,
        LastEventAt = state.LastEventAt,
        Errors = state.Errors,
        AgentStatus = state.AgentStatus,
        Runs = [.. state.Runs.Select(run => RunSnapshot.Of(run.Key, run.Value))],
        Messages = MessagesOf(state),
        ToolCalls = [.. state.OpenToolCalls.Select(call => new ToolCallSnapshot { ToolCallId = call.Id, ToolName = call.Name, Agent = call.Agent, RunId = call.RunId })],
        Approvals = [.. state.PendingApprovals.Select(ApprovalSnapshot.Of)],
        State = state.Shared is { IsCut: false } shared ? JsonElement.Parse(shared.ToJson()) : null,
    };

    private static MessageSnapshot[] MessagesOf(SessionState state)
    {
        var open = state.OpenMessages.ToArray();
        return [.. open.Select(message => MessageSnapshot.Of(message, MaxTextBytes / open.Length))];
    }
}
