using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Notices about a run that goes on.</summary>
public static class RunNotices
{
    /// <summary>An agent tries something again.</summary>
    public static ValueTask RunRetryAsync<T>(this T target, int retryCount, int maxRetries, string reason, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new RunRetry { RetryCount = retryCount, MaxRetries = maxRetries, Reason = reason }, cancellationToken);

    /// <summary>A notice that something went wrong inside a run, which goes on.</summary>
    public static ValueTask RunErrorAsync<T>(this T target, string errorType, string message, string? agent = null, string? step = null, string? traceback = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new RunError { ErrorType = errorType, Message = message, Agent = agent ?? target.AgentId, Step = step, Traceback = traceback }, cancellationToken);

    /// <summary>A notice that a run was interrupted: <c>user_stop</c>, <c>timeout</c> or <c>system_error</c>.</summary>
    public static ValueTask RunInterruptedAsync<T>(this T target, string reason, string? step = null, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new RunInterrupted { Reason = reason, Step = step }, cancellationToken);
}
