using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>A run: tells its start, and when it is disposed how it ended. What is still open in it, such as a tool call, ends first.</summary>
/// <example>
/// <code>
/// await using var run = events.BeginRun("demo", agentId: "planner");
/// var plan = await run.ToolAsync("plan", new { goal }, () => PlanAsync(goal));
/// run.Complete(plan);
/// </code>
/// </example>
public sealed class RunScope : EventScope, IEventTarget
{
    private CanonicalPayload _end;

    internal RunScope(RunPublisher events) : base(events, new RunStarted { RunId = events.RunId })
    {
        Events = events;
        _end = new RunFailed { RunId = events.RunId, Error = "The run ended without saying how.", ErrorType = "not_completed", Agent = events.AgentId };
    }

    /// <summary>Publishes further events of the run.</summary>
    public RunPublisher Events { get; }

    /// <inheritdoc/>
    public string SessionId => Events.SessionId;

    /// <summary>The run.</summary>
    public string RunId => Events.RunId;

    /// <inheritdoc/>
    public string? AgentId => Events.AgentId;

    /// <inheritdoc/>
    public ValueTask PublishAsync(CanonicalPayload payload, CancellationToken cancellationToken = default) => Events.PublishAsync(payload, cancellationToken);

    /// <summary>Says that the run did what it was for. The last word counts; without one the run has failed.</summary>
    /// <param name="output">What it produced: anything that becomes JSON. Of more than 128 KiB the first 8,192 characters are told, with <c>output_truncated</c>.</param>
    /// <exception cref="ObjectDisposedException">The end was published already.</exception>
    public void Complete(object? output = null)
    {
        var shown = ShownJson.Of(output, out var isCut);
        End(new RunCompleted { RunId = RunId, Output = shown, Agent = AgentId, Others = isCut ? ShownJson.Mark("output_truncated") : null });
    }

    /// <summary>Says that the run failed.</summary>
    /// <param name="error">What went wrong, in words.</param>
    /// <param name="errorType">The kind of error.</param>
    /// <exception cref="ObjectDisposedException">The end was published already.</exception>
    public void Fail(string error, string? errorType = null)
    {
        ArgumentNullException.ThrowIfNull(error);
        End(new RunFailed { RunId = RunId, Error = ShownJson.Beginning(error), ErrorType = errorType, Agent = AgentId });
    }

    /// <summary>Says that the run was stopped.</summary>
    /// <param name="reason">Why.</param>
    /// <exception cref="ObjectDisposedException">The end was published already.</exception>
    public void Cancel(string? reason = null) => End(new RunCancelled { RunId = RunId, TerminationReason = reason });

    private protected override ValueTask EndAsync() => Events.PublishAsync(_end);

    private void End(CanonicalPayload end)
    {
        ThrowIfOver();
        _end = end;
    }
}
