using System.Collections.Frozen;
using System.Text;

namespace EventStream.Sources.YaAgent;

/// <summary>The native names and their handlers.</summary>
internal static class YaAgentNames
{
    /// <summary>What the SDK calls the agent that a run is about.</summary>
    public const string MainAgent = "main";

    private static readonly FrozenDictionary<string, Action<YaAgentEvent>> Protocol = new Dictionary<string, Action<YaAgentEvent>>(StringComparer.Ordinal)
    {
        ["message_start"] = YaAgentMessages.Start,
        ["content_delta"] = YaAgentMessages.Delta,
        ["content_done"] = YaAgentMessages.Done,
        ["message_end"] = YaAgentMessages.End,
        ["tool_call"] = YaAgentTools.Start,
        ["tool_call_start"] = YaAgentTools.Start,
        ["tool_call_args_delta"] = YaAgentTools.ArgsDelta,
        ["tool_call_end"] = YaAgentTools.ArgsEnd,
        ["tool_call_result"] = YaAgentTools.Result,
        ["run_created"] = YaAgentRuns.Notice,
        ["run_started"] = YaAgentRuns.Notice,
        ["run_interrupt_requested"] = YaAgentRuns.Notice,
        ["snapshot_committed"] = YaAgentRuns.Snapshot,
        ["run_completed"] = YaAgentRuns.Notice,
        ["run_failed"] = YaAgentRuns.Failed,
        ["run_cancelled"] = YaAgentRuns.Notice,
        ["ya_claw.run_queued"] = YaAgentRuns.Queued,
        ["ya_claw.run_interrupted"] = YaAgentRuns.Interrupted,
        ["ya_claw.run_cancelled"] = YaAgentRuns.Cancelled,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Action<YaAgentEvent>> Sdk = new Dictionary<string, Action<YaAgentEvent>>(StringComparer.Ordinal)
    {
        ["part_start"] = SdkParts.Start,
        ["part_delta"] = SdkParts.Delta,
        ["part_end"] = SdkParts.End,
        ["final_result"] = SdkRuns.Other,
        ["function_tool_call"] = SdkTools.Called,
        ["function_tool_result"] = SdkTools.Returned,
        ["agent_execution_start"] = SdkRuns.Started,
        ["agent_execution_complete"] = SdkRuns.Completed,
        ["agent_execution_failed"] = SdkRuns.Failed,
        ["model_request_start"] = SdkRuns.Boundary,
        ["model_request_complete"] = SdkRuns.Boundary,
        ["pipeline_started"] = SdkRuns.PipelineStarted,
        ["pipeline_completed"] = SdkRuns.PipelineCompleted,
        ["pipeline_failed"] = SdkRuns.PipelineFailed,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Names of the SDK without a canonical meaning, listed so that they are recognised as the SDK's.
    private static readonly FrozenSet<string> OtherSdk = FrozenSet.Create(StringComparer.Ordinal,
        "tool_calls_start", "tool_calls_complete", "subagent_start", "subagent_complete", "compact_start", "compact_complete", "compact_failed",
        "handoff_start", "handoff_complete", "handoff_failed", "message_received", "agent_execution_resume", "tool_search_init", "file_change", "task", "note");

    public static Action<YaAgentEvent>? Find(string type, bool isWrapped) =>
        (isWrapped ? null : Protocol.GetValueOrDefault(type)) ?? Sdk.GetValueOrDefault(Snake(type)) ?? Protocol.GetValueOrDefault(type);

    /// <summary>Whether an event of that name is one of the SDK, whose ids aren't unique.</summary>
    public static bool IsSdk(string type, bool isWrapped)
    {
        if (isWrapped) return true;
        if (Protocol.ContainsKey(type)) return false;
        return IsClass(type) || (Snake(type) is var name && (Sdk.ContainsKey(name) || OtherSdk.Contains(name)));
    }

    /// <summary>Whether the event is about a whole execution of an agent.</summary>
    public static bool IsExecution(string type) => Snake(type).StartsWith("agent_execution_", StringComparison.Ordinal);

    public static bool IsMain(string? agent) => agent is null or MainAgent;

    public static string CustomName(string type, bool isSdk) => isSdk && Snake(type) is { Length: > 0 } name && !name.Contains('.') ? $"ya_agent.{name}" : type;

    private static bool IsClass(string type) => type.AsSpan(type.LastIndexOf('.') + 1) is [>= 'A' and <= 'Z', .. var rest] && rest.ContainsAnyInRange('a', 'z');

    /// <summary>The name of a class as the successors write it: <c>ya_agent_sdk.events.SubagentStartEvent</c> is <c>subagent_start</c>.</summary>
    private static string Snake(string type)
    {
        if (!IsClass(type)) return type.EndsWith("_event", StringComparison.Ordinal) ? type[..^6] : type;
        var name = type.AsSpan(type.LastIndexOf('.') + 1);
        if (name.EndsWith("Event", StringComparison.Ordinal) && name.Length > 5) name = name[..^5];
        var snake = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]) && !char.IsAsciiLetterUpper(name[i - 1])) snake.Append('_');
            snake.Append(char.ToLowerInvariant(name[i]));
        }
        return snake.ToString();
    }
}
