namespace EventStream.Benchmarks.Load;

/// <summary>How an event arrived at a stream.</summary>
internal enum Arrival
{
    InOrder,

    /// <summary>After a later one.</summary>
    Disordered,

    /// <summary>Not for the first time.</summary>
    Repeated,
}
