using System.Text.Json;
using EventStream.Events.Payloads;
using Microsoft.Extensions.AI;

namespace EventStream.Extensions.AI.Telling;

/// <summary>The tool calls of a turn.</summary>
internal sealed class TurnCalls(QuietPublisher publisher)
{
    private readonly CallLog _log = CallLog.Of(publisher.Run);
    private readonly List<KnownCall> _begun = [];
    private readonly HashSet<string> _settled = new(StringComparer.Ordinal);

    private string? Agent => publisher.Run.AgentId;

    /// <summary>Leaves out a call that an earlier run told whole.</summary>
    public void Settle(string given) => _settled.Add(given);

    public async ValueTask BeginAsync(ToolCallContent content)
    {
        if (_settled.Contains(content.CallId ?? "")) return;
        var (name, arguments, isProviders) = Read(content);
        var args = ToolJson.Of(arguments, out var isCut);
        var isObject = args.ValueKind == JsonValueKind.Object;
        var (call, isNew, isChanged) = _log.Begin(publisher.Run, content.CallId ?? "", name, args);
        string? raw = isCut ? args.GetString() : null;
        if (isChanged) await publisher.PublishAsync(new ToolCallUpdated { ToolCallId = call.Id, ToolName = name, Args = isObject ? args : ToolJson.NoMembers, ArgsRaw = raw, ArgsTruncated = isCut ? true : null, Agent = Agent }).ConfigureAwait(false);
        if (!isNew) return;
        _begun.Add(call);
        await publisher.PublishAsync(new ToolCallStarted
        {
            ToolCallId = call.Id,
            ToolName = name,
            Args = isObject ? args : ToolJson.NoMembers,
            ArgsRaw = raw,
            ArgsTruncated = isCut ? true : null,
            Agent = Agent,
            Others = Source(call, isProviders ? ("provider_executed", ToolJson.True) : null),
        }).ConfigureAwait(false);
    }

    public ValueTask EndAsync(ToolResultContent content)
    {
        if (_settled.Contains(content.CallId ?? "")) return ValueTask.CompletedTask;
        var call = _log.Find(publisher.Run, content.CallId ?? "");
        var result = content is FunctionResultContent function ? function.Result : OutputsOf(content);
        // Viewers see of an error what the model sees of it.
        var hasFailed = content is FunctionResultContent { Exception: not null };
        return EndAsync(content.CallId ?? "", call, result, hasFailed);
    }

    /// <summary>Tells results that stand in a request to the model: those of calls that were told, and those that follow the model's last words.</summary>
    public async ValueTask EndThoseOfAsync(IReadOnlyList<ChatMessage> request)
    {
        var end = request.Count;
        while (end > 0 && request[end - 1].Role == ChatRole.Tool) end--;
        for (var i = 0; i < request.Count; i++)
        {
            foreach (var content in request[i].Contents)
            {
                if (content is ToolApprovalResponseContent { Approved: false } refused) Block(refused.ToolCall.CallId);
                else if (content is ToolResultContent result && (_log.Find(publisher.Run, result.CallId ?? "") is { HasResult: false } || i >= end)) await EndAsync(result).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Notes that somebody forbade a call.</summary>
    public void Block(string given)
    {
        if (_log.Find(publisher.Run, given) is { } call) call.IsBlocked = true;
    }

    /// <summary>Ends the calls that nobody will run any more.</summary>
    public async ValueTask CancelAsync()
    {
        foreach (var call in _begun.Where(call => !call.HasResult))
        {
            call.HasResult = true;
            await publisher.PublishAsync(new ToolCallResult { ToolCallId = call.Id, ToolName = call.Name, Result = ToolJson.Null, Error = "cancelled", Agent = Agent, Others = Source(call, null) }).ConfigureAwait(false);
        }
    }

    private async ValueTask EndAsync(string given, KnownCall? call, object? value, bool hasFailed)
    {
        if (call is { HasResult: true }) return;
        if (call is not null) call.HasResult = true;
        var isBlocked = call is { IsBlocked: true };
        var result = ToolJson.Of(value, out var isCut);
        var words = result.ValueKind == JsonValueKind.String ? result.GetString()! : "failed";
        await publisher.PublishAsync(new ToolCallResult
        {
            ToolCallId = call?.Id ?? (given.Length is 0 or > 200 ? $"call_{Guid.CreateVersion7():N}" : given),
            ToolName = call?.Name ?? "unknown",
            Result = hasFailed || isBlocked ? ToolJson.Null : result,
            Error = hasFailed || isBlocked ? words : null,
            Blocked = isBlocked ? true : null,
            Agent = Agent,
            Others = Source(call, isCut ? ("result_truncated", ToolJson.True) : null),
        }).ConfigureAwait(false);
    }

    private static (string Name, object? Arguments, bool IsProviders) Read(ToolCallContent content) => content switch
    {
        FunctionCallContent function => (function.Name, function.Arguments ?? new Dictionary<string, object?>(), false),
        McpServerToolCallContent mcp => (mcp.Name, mcp.Arguments ?? new Dictionary<string, object?>(), true),
        CodeInterpreterToolCallContent code => ("code_interpreter", new Dictionary<string, object?> { ["inputs"] = code.Inputs }, true),
        WebSearchToolCallContent search => ("web_search", new Dictionary<string, object?> { ["queries"] = search.Queries }, true),
        _ => ("tool", new Dictionary<string, object?>(), true),
    };

    private static object? OutputsOf(ToolResultContent content) => content switch
    {
        McpServerToolResultContent mcp => mcp.Outputs,
        CodeInterpreterToolResultContent code => code.Outputs,
        WebSearchToolResultContent search => search.Outputs,
        _ => null,
    };

    private static Dictionary<string, JsonElement>? Source(KnownCall? call, (string Name, JsonElement Value)? more)
    {
        Dictionary<string, JsonElement> others = [];
        if (call?.SourceId is { } id) others["source_tool_call_id"] = ToolJson.Text(id);
        if (more is { } member) others[member.Name] = member.Value;
        return others.Count > 0 ? others : null;
    }
}
