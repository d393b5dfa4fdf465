namespace EventStream.Benchmarks.Load;

/// <summary>How an event came to a stream.</summary>
internal enum Arrival
{
    InOrder,

    /// <summary>After a later one.</summary>
    Disordered,

    /// <summary>Not for the first time.</summary>
    Repeated,
}
