using EventStream.Bus;

namespace EventStream.Dispatching;

/// <summary>How much an <see cref="EventDispatcher"/> holds, and for how long it tries.</summary>
public sealed class DispatcherOptions
{
    /// <summary>The most events that are queued or under way, all sessions together.</summary>
    /// <value>10,000.</value>
    public int Capacity { get; set; } = 10_000;

    /// <summary>The most bytes that these events take, about.</summary>
    /// <value>64 MiB.</value>
    public long CapacityBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>What publishing does while the dispatcher is full.</summary>
    /// <value><see cref="WhenFull.Wait"/>.</value>
    public WhenFull WhenFull { get; set; }

    /// <summary>How long a batch is repeated while the bus doesn't answer; then its events are given up.</summary>
    /// <value>60 seconds.</value>
    /// <remarks>Over HTTP keep it below <see cref="LogOptions.DedupeWindow"/>: the server recognises a repeated event for no longer.</remarks>
    public TimeSpan RetryBudget { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long disposing waits for what is queued; then the rest is given up, and a log line tells how many events and why.</summary>
    /// <value>10 seconds: well inside the 30 that a .NET host gives for its shutdown.</value>
    /// <remarks>A callback that blocks prolongs it by 2 seconds at most.</remarks>
    public TimeSpan DisposeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Called with events that are given up for good. Must not block; an exception of it is logged, once a minute at most.</summary>
    /// <remarks>Events of <c>PublishAndConfirmAsync</c> are not among them: their callers get the exception.</remarks>
    public Action<DispatchFailure>? OnFailed { get; set; }

    /// <summary>Called with each batch that the bus took, with its receipts and how many nodes listen. Must not block.</summary>
    /// <remarks>Once, when the projects of the events and broadcast hold them too; receipts and listeners are those of the session.</remarks>
    public Action<AppendRequest, AppendResult>? OnAppended { get; set; }

    /// <summary>The first setting that can't work, as a sentence that names it and the fix; null when all can.</summary>
    public string? Problem() => this switch
    {
        { Capacity: < 1 or > 10_000_000 } => "Dispatcher:Capacity must be between 1 and 10000000.",
        { CapacityBytes: < Events.EventLimits.MaxEventBytes } => $"Dispatcher:CapacityBytes must be at least {Events.EventLimits.MaxEventBytes}, the largest event.",
        { WhenFull: not (WhenFull.Wait or WhenFull.DropDeltas) } => "Dispatcher:WhenFull must be Wait or DropDeltas.",
        { RetryBudget.TotalSeconds: < 0 or > 86400 } => "Dispatcher:RetryBudget must be between 0 and 1 day, such as 00:01:00.",
        { DisposeTimeout.TotalSeconds: < 0 or > 86400 } => "Dispatcher:DisposeTimeout must be between 0 and 1 day, such as 00:00:10.",
        _ => null,
    };
}
