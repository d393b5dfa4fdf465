namespace EventStream.Api.Publishing;

/// <summary>Ends running publish requests soon after the server began to stop.</summary>
internal sealed class StopGrace : IDisposable
{
    // With a healthy network and bus, a running request ends within it.
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
