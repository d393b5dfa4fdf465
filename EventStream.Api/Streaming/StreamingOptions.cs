namespace EventStream.Api.Streaming;

/// <summary>How streams behave. Section <c>Streaming</c> of the configuration.</summary>
internal sealed class StreamingOptions
{
    public const string Section = "Streaming";

    /// <summary>How long a stream may be silent before a heartbeat is written.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a client may take nothing before it is cut off.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the bus may take to answer a client that connects.</summary>
    public TimeSpan JoinTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a connection lives, ±20 %, before the client is asked to come back; some networks cut at 10 minutes or an hour.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a feed without clients stays subscribed, for the client that reloads its page.</summary>
    public TimeSpan Linger { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often an idle feed compares its position with the log.</summary>
    public TimeSpan PositionCheck { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How long clients wait before they reconnect, in milliseconds.</summary>
    public int RetryMs { get; set; } = 2000;

    /// <summary>The most streams of this node.</summary>
    public int MaxStreams { get; set; } = 20_000;

    /// <summary>The most streams of one session.</summary>
    public int MaxStreamsPerKey { get; set; } = 10_000;

    /// <summary>The most sessions that are watched on this node.</summary>
    public int MaxFeeds { get; set; } = 20_000;

    /// <summary>How many bytes of recent events the sessions that are watched on this node may hold together, each at most 1 MiB.</summary>
    public long WindowBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>How many bytes of conversations this node may hold together for those who read or post them in other dialects.</summary>
    public long DialectBytes { get; set; } = 128L * 1024 * 1024;

    /// <summary>The first setting that can't work, as a sentence that names it and the fix; null when all can.</summary>
    public string? Problem() => this switch
    {
        { Heartbeat.TotalMilliseconds: < 100 or > 3_600_000 } => "Streaming:Heartbeat must be between 0.1 seconds and 1 hour, such as 00:00:15.",
        { WriteTimeout.TotalMilliseconds: < 100 or > 3_600_000 } => "Streaming:WriteTimeout must be between 0.1 seconds and 1 hour, such as 00:00:20.",
        { JoinTimeout.TotalMilliseconds: < 10 or > 60_000 } => "Streaming:JoinTimeout must be between 10 milliseconds and 1 minute, such as 00:00:01.",
        { MaxAge.TotalSeconds: < 1 or > 7 * 86_400d } => "Streaming:MaxAge must be between 1 second and 7 days, such as 00:30:00.",
        { Linger.TotalSeconds: < 0 or > 3600 } => "Streaming:Linger must be between 0 and 1 hour, such as 00:00:15.",
        { PositionCheck.TotalSeconds: < 1 or > 3600 } => "Streaming:PositionCheck must be between 1 second and 1 hour, such as 00:00:45.",
        { RetryMs: < 1 or > 3_600_000 } => "Streaming:RetryMs must be between 1 and 3600000.",
        { MaxStreams: < 1 } => "Streaming:MaxStreams must be at least 1.",
        { MaxStreamsPerKey: < 1 } => "Streaming:MaxStreamsPerKey must be at least 1.",
        { WindowBytes: < 1024 * 1024 } => "Streaming:WindowBytes must be at least 1048576.",
        { DialectBytes: < 1024 * 1024 } => "Streaming:DialectBytes must be at least 1048576.",
        { MaxFeeds: < 1 } => "Streaming:MaxFeeds must be at least 1.",
        _ => null,
    };
}
