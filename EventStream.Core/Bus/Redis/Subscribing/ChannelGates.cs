namespace EventStream.Bus.Redis.Subscribing;

/// <summary>Lets one caller at a time subscribe to a channel or leave it: an UNSUBSCRIBE that overtook a SUBSCRIBE would leave the channel deaf.</summary>
internal sealed class ChannelGates
{
    // Each caller holds a gate for a round trip, so there are enough that the channels of a crowd seldom share one.
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 1024).Select(_ => new SemaphoreSlim(1))];

    public async Task<Gate> EnterAsync(StreamKey stream, CancellationToken cancellationToken)
    {
        var gate = _gates[(uint)stream.GetHashCode() % (uint)_gates.Length];
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Gate(gate);
    }

    /// <summary>Held until it is disposed.</summary>
    public readonly struct Gate(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
