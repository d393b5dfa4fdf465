using System.Collections.Frozen;

namespace EventStream.Dialects.Renamed;

/// <summary>The envelope under the names that frontends of agents on Laravel Reverb listen to.</summary>
internal sealed class ReverbNamesDialect : RenamedDialect
{
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["agent_status"] = "agent.status",
        ["agent_step_started"] = "agent.step.started",
        ["agent_step_completed"] = "agent.step.completed",
        ["tool_call_started"] = "agent.tool.started",
        ["tool_call_result"] = "agent.tool.completed",
        ["agent_message_delta"] = "agent.stream.chunk",
        ["agent_continuation"] = "agent.continuation",
    }.ToFrozenDictionary();

    public override string Name => "reverb";

    protected override string? NameOf(string type, string? sourceType) => Names.GetValueOrDefault(type);
}
