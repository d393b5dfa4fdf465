namespace EventStream.Api.Streaming.Delivery;

/// <summary>Gives back the memory that a crowd took to come in.</summary>
/// <remarks>
/// A thousand joins leave as much garbage as they keep. A server with little to do doesn't collect it for hours, so each stream would take twice its size.
/// One collection after a crowd has come pauses everything once, for some tens of milliseconds with ten thousand streams.
/// </remarks>
internal sealed class CrowdSweep
{
    private const int Crowd = 2000;

    private long _swept;
    private (long Joined, long Delivered) _last;

    /// <summary>Called now and then.</summary>
    /// <param name="joined">How many clients have joined so far.</param>
    /// <param name="delivered">How many events were delivered so far: while there is traffic, garbage is collected anyway.</param>
    /// <returns>Whether memory was given back.</returns>
    public bool Pulse(long joined, long delivered)
    {
        var isCalm = (joined, delivered) == _last;
        _last = (joined, delivered);
        if (!isCalm || joined - _swept < Crowd) return false;
        _swept = joined;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return true;
    }
}
