namespace EventStream.Bus;

/// <summary>How much of a stream a bus holds.</summary>
public sealed class LogOptions
{
    /// <summary>The most events per log; the oldest are dropped first.</summary>
    /// <value>10,000.</value>
    public int MaxEvents { get; set; } = 10_000;

    /// <summary>The approximate most bytes of envelopes per log.</summary>
    /// <value>8 MiB.</value>
    public long MaxBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>How long a log is held after its last event.</summary>
    /// <value>24 hours.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>For how many of a stream's last events a repeated event id is recognised.</summary>
    /// <value>10,000 events.</value>
    public int DedupeEvents { get; set; } = 10_000;

    /// <summary>For how long a repeated event id is recognised.</summary>
    /// <value>5 minutes.</value>
    public TimeSpan DedupeWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many ended runs of a session are remembered, and of how many runs that go on it is known who started them.</summary>
    /// <value>1,000.</value>
    public int MaxEndedRuns { get; set; } = 1000;

    /// <summary>How long after the last event the log's head, its ended runs and its marks are remembered.</summary>
    internal TimeSpan MetaRetention => Retention + Retention;

    /// <summary>The first invalid setting, as a sentence that names it and the fix; null when all are valid.</summary>
    public string? Problem() => this switch
    {
        { MaxEvents: < 1 or > 1_000_000 } => "Log:MaxEvents must be between 1 and 1000000.",
        { MaxBytes: < Events.EventLimits.MaxEventBytes } => $"Log:MaxBytes must be at least {Events.EventLimits.MaxEventBytes}, the largest event.",
        { Retention.TotalSeconds: < 1 or > 366 * 86400d } => "Log:Retention must be between 1 second and 366 days, such as 1.00:00:00.",
        { DedupeEvents: < 1 or > 1_000_000 } => "Log:DedupeEvents must be between 1 and 1000000.",
        { DedupeWindow.TotalSeconds: < 1 or > 86400 } => "Log:DedupeWindow must be between 1 second and 1 day, such as 00:05:00.",
        { MaxEndedRuns: < 1 or > 100_000 } => "Log:MaxEndedRuns must be between 1 and 100000.",
        _ => null,
    };
}
