using EventStream.Events;

namespace EventStream.Agents;

/// <summary>How a worker runs an agent.</summary>
public sealed class AgentOptions
{
    /// <summary>How many runs go on at once in this process; others wait, those of each session in turn.</summary>
    /// <value>8.</value>
    public int MaxRuns { get; set; } = 8;

    /// <summary>How many runs of one session go on at once in this process; others wait, and hold no place of <see cref="MaxRuns"/>.</summary>
    /// <value>No limit of their own.</value>
    public int MaxRunsOfSession { get; set; } = int.MaxValue;

    /// <summary>How long a handler may go on after its run was asked to stop. Then the run is ended, what the handler still publishes is refused, and its place is given to another run.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a run goes on after this process has died: then a server ends it as lost. Between 5 and 600 seconds.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Called when the agent can't be asked until its operator changes something, such as its key.</summary>
    /// <value>None: one line is logged, the exit code becomes 1, and the host stops.</value>
    public Action<Exception>? OnRefused { get; set; }

    /// <summary>What is wrong with a setting, as a sentence that names it and the fix; null when nothing is.</summary>
    internal string? Problem() => this switch
    {
        { MaxRuns: < 1 or > 10_000 } => $"MaxRuns is {MaxRuns}; it must be between 1 and 10000.",
        { MaxRunsOfSession: < 1 } => $"MaxRunsOfSession is {MaxRunsOfSession}; it must be at least 1.",
        _ when StopTimeout <= TimeSpan.Zero || StopTimeout > TimeSpan.FromDays(1) => $"StopTimeout is {StopTimeout}; it must be between zero and a day.",
        _ when Lease < RunLease.Min || Lease > RunLease.Max => $"Lease is {Lease}; it must be between {RunLease.Min} and {RunLease.Max}.",
        _ => null,
    };
}
