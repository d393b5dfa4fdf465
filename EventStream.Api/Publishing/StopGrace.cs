namespace EventStream.Api.Publishing;

/// <summary>Cancels the appends that publishers still wait for a second after the server began to stop.</summary>
internal sealed class StopGrace : IDisposable
{
    // Appends that are under way finish within a second when the network and the bus are healthy.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ended;
    private readonly CancellationTokenRegistration _stopping;

    public StopGrace(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        _ended = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _stopping = lifetime.ApplicationStopping.Register(() => _ended.CancelAfter(Grace));
    }

    public CancellationToken Ended => _ended.Token;

    public void Dispose()
    {
        _stopping.Dispose();
        _ended.Dispose();
    }
}
