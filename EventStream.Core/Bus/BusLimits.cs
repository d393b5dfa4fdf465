namespace EventStream.Bus;

/// <summary>Bounds that every bus keeps.</summary>
internal static class BusLimits
{
    /// <summary>The most bytes of envelopes in one <see cref="LogPage"/>, unless a single event is larger.</summary>
    public const int MaxPageBytes = 1024 * 1024;

    /// <summary>How many producers of a stream are remembered; the one that has been silent longest is forgotten first.</summary>
    public const int MaxProducers = 32;

    /// <summary>How many sessions are listed as recent; the one that began first is dropped first.</summary>
    public const int MaxRecentSessions = 1000;
}
