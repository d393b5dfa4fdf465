using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace EventStream.Extensions.AI.Agents;

/// <summary>A session's conversation with an agent. Its runs follow one another.</summary>
internal sealed class AgentThread
{
    /// <summary>What the agent remembers; null before its first run.</summary>
    public AgentSession? Session { get; set; }

    /// <summary>Questions of a run that was stopped before they were answered. The agent takes no further message until they are.</summary>
    public List<ToolApprovalRequestContent> Unanswered { get; } = [];
}
