using EventStream.Bus;

namespace EventStream.Listening;

/// <summary>Growing, jittered pauses between attempts that fail.</summary>
internal sealed class Backoff(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    // A listener goes on this much later than its server or bus at most; a thousand of them ask a hundred times a second.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private TimeSpan _next;

    /// <summary>Whether the last attempt failed.</summary>
    public bool HasBegun => _next > TimeSpan.Zero;

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var pause = HasBegun ? _next : First;
        _next = pause + pause < Longest ? pause + pause : Longest;
        return Task.Delay(Jitter.HalfToAll(pause), time, cancellationToken);
    }

    /// <summary>Begins anew, after an attempt that succeeded.</summary>
    /// <returns>Whether the one before had failed.</returns>
    public bool Reset()
    {
        var hadBegun = HasBegun;
        _next = TimeSpan.Zero;
        return hadBegun;
    }
}
