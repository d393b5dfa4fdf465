using EventStream.Events;

namespace EventStream.Dispatching;

/// <summary>Begins runs, tool calls and messages that end by being disposed.</summary>
public static class ScopeMethods
{
    /// <summary>Begins a run.</summary>
    /// <param name="dispatcher">What publishes its events.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="agentId">Its agent.</param>
    /// <param name="runId">The run; a new one when null.</param>
    /// <param name="projectId">The project that its events belong to, if any.</param>
    /// <param name="broadcast">Whether its events are broadcast too.</param>
    /// <exception cref="EventRejectedException">An id breaks the rule for ids.</exception>
    /// <inheritdoc cref="RunScope" path="/example"/>
    public static RunScope BeginRun(this EventDispatcher dispatcher, string sessionId, string? agentId = null, string? runId = null, string? projectId = null, bool broadcast = false)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        return new RunScope(dispatcher.ForRun(sessionId, runId ?? NewId("run"), agentId, projectId, broadcast));
    }

    /// <summary>Begins a tool call.</summary>
    /// <param name="target">The session or run that it belongs to.</param>
    /// <param name="toolName">The name of the tool.</param>
    /// <param name="args">The arguments: what becomes a JSON object; none when null.</param>
    /// <param name="toolCallId">The call; a new one when null.</param>
    /// <exception cref="EventRejectedException">The arguments don't fit into an event.</exception>
    /// <inheritdoc cref="ToolScope" path="/example"/>
    public static ToolScope Tool<T>(this T target, string toolName, object? args = null, string? toolCallId = null) where T : IEventTarget =>
        new(target, toolName, args, toolCallId ?? NewId("call"), TimeOf(target));

    /// <summary>Calls a tool, and tells its start, its result and how long it took; when it throws, what went wrong.</summary>
    /// <param name="target">The session or run that it belongs to.</param>
    /// <param name="toolName">The name of the tool.</param>
    /// <param name="args">The arguments: what becomes a JSON object; none when null.</param>
    /// <param name="call">The tool. What it throws is thrown on, once it is told.</param>
    /// <returns>What the tool returned.</returns>
    /// <example><code>var hits = await run.ToolAsync("search", new { query }, () => SearchAsync(query));</code></example>
    public static async Task<TResult> ToolAsync<TTarget, TResult>(this TTarget target, string toolName, object? args, Func<Task<TResult>> call) where TTarget : IEventTarget
    {
        ArgumentNullException.ThrowIfNull(call);
        var scope = target.Tool(toolName, args);
        await using var _ = scope.ConfigureAwait(false);
        try
        {
            var result = await call().ConfigureAwait(false);
            scope.Result(result);
            return result;
        }
        catch (Exception e)
        {
            scope.Fail(e is OperationCanceledException ? "cancelled" : e.Message.Length > 0 ? e.Message : e.GetType().Name);
            throw;
        }
    }

    /// <summary>Begins a message.</summary>
    /// <param name="target">The session or run that it belongs to.</param>
    /// <param name="messageId">The message; a new one when null.</param>
    /// <param name="role">Whose message it is.</param>
    /// <inheritdoc cref="MessageScope" path="/example"/>
    public static MessageScope Message<T>(this T target, string? messageId = null, string? role = null) where T : IEventTarget => new(target, messageId ?? NewId("msg"), role);

    private static TimeProvider TimeOf(IEventTarget target) => target switch
    {
        RunScope run => run.Events.Dispatcher.Time,
        RunPublisher run => run.Dispatcher.Time,
        SessionPublisher session => session.Dispatcher.Time,
        _ => TimeProvider.System,
    };

    private static string NewId(string kind) => $"{kind}_{Guid.CreateVersion7():N}";
}
