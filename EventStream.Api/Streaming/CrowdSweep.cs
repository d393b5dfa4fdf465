namespace EventStream.Api.Streaming;

/// <summary>Gives back the memory that a crowd took to come in.</summary>
/// <remarks>
/// A thousand joins leave as much garbage as they keep, in generations that a server with little to do doesn't collect for hours: a stream would take twice
/// its size. One collection after a crowd has come or gone costs some tens of milliseconds, once.
/// </remarks>
internal sealed class CrowdSweep
{
    private const int Crowd = 2000;

    private long _swept;
    private long _last;

    /// <summary>Called now and then.</summary>
    /// <param name="joined">How many clients have joined so far.</param>
    /// <returns>Whether memory was given back.</returns>
    public bool Pulse(long joined)
    {
        var isCalm = joined == _last;
        _last = joined;
        if (!isCalm || joined - _swept < Crowd) return false;
        _swept = joined;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return true;
    }
}
