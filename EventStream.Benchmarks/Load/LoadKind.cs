namespace EventStream.Benchmarks.Load;

/// <summary>What a scenario measures.</summary>
internal enum LoadKind
{
    /// <summary>Open loop: every event is sent at its due time, whatever the server does.</summary>
    Paced,

    /// <summary>Closed loop: events are sent as fast as they are delivered.</summary>
    Flood,

    /// <summary>Streams without events.</summary>
    Idle,

    /// <summary>Streams that read the log.</summary>
    Resume,
}
