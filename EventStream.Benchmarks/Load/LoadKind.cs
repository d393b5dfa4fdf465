namespace EventStream.Benchmarks.Load;

/// <summary>What a scenario measures.</summary>
internal enum LoadKind
{
    /// <summary>Open loop: every event at its due time, whatever the server does.</summary>
    Paced,

    /// <summary>Closed loop: as fast as it goes.</summary>
    Flood,

    /// <summary>Streams without events.</summary>
    Idle,

    /// <summary>Streams that read what is in the log.</summary>
    Resume,
}
