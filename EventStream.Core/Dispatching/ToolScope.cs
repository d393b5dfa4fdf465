using System.Text.Json;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>A tool call: tells its start, and when it is disposed its result and how long it took.</summary>
/// <example>
/// <code>
/// await using var call = run.Tool("search", new { query });
/// var hits = await SearchAsync(query);
/// call.Result(hits);
/// </code>
/// </example>
public sealed class ToolScope : EventScope
{
    private readonly TimeProvider _time;
    private readonly long _beganAt;
    private TimeSpan? _duration;
    private JsonElement? _result;
    private bool _isCut;
    private string? _error = "The call ended without a result.";

    internal ToolScope(IEventTarget target, string toolName, object? args, string toolCallId, TimeProvider time)
        : base(target, new ToolCallStarted { ToolCallId = toolCallId, ToolName = toolName, Args = EventJson.Element(args ?? EventJson.NoMembers), Agent = target.AgentId }) =>
        (Id, ToolName, _time, _beganAt) = (toolCallId, toolName, time, time.GetTimestamp());

    /// <summary>The call: <c>tool_call_id</c> of its events.</summary>
    public string Id { get; }

    /// <summary>The tool.</summary>
    public string ToolName { get; }

    /// <summary>Says what the tool returned: anything that becomes JSON. The last word counts; without one the call has failed.</summary>
    /// <remarks>Of a result of more than 128 KiB the first 8,192 characters are told, with <c>result_truncated</c>.</remarks>
    /// <param name="result">What the tool returned: anything that becomes JSON.</param>
    /// <exception cref="ObjectDisposedException">The end was published already.</exception>
    public void Result(object? result)
    {
        End(error: null);
        _result = ShownJson.Of(result, out _isCut);
    }

    /// <summary>Says what went wrong, in words.</summary>
    /// <param name="error">What went wrong, in words.</param>
    /// <exception cref="ObjectDisposedException">The end was published already.</exception>
    public void Fail(string error)
    {
        ArgumentNullException.ThrowIfNull(error);
        End(ShownJson.Beginning(error));
        _result = null;
    }

    private protected override ValueTask EndAsync() => Target.PublishAsync(new ToolCallResult
    {
        ToolCallId = Id,
        ToolName = ToolName,
        Result = _result,
        Error = _error,
        Success = _error is null,
        DurationMs = Math.Round((_duration ?? _time.GetElapsedTime(_beganAt)).TotalMilliseconds, 3),
        Agent = Target.AgentId,
        Others = _result is not null && _isCut ? ShownJson.Mark("result_truncated") : null,
    });

    private void End(string? error)
    {
        ThrowIfOver();
        (_error, _duration) = (error, _time.GetElapsedTime(_beganAt));
    }
}
