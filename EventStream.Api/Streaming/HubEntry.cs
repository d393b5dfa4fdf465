using EventStream.Bus;

namespace EventStream.Api.Streaming;

/// <summary>A feed and its places. The hub's lock guards the counts.</summary>
internal sealed class HubEntry
{
    public HubEntry(Feed feed, TimeSpan startTimeout, TimeProvider time)
    {
        Feed = feed;
        Started = StartAsync(feed, startTimeout, time);
    }

    public Feed Feed { get; }

    /// <summary>Completes when the feed is live; fails for all who wait when the bus didn't answer.</summary>
    public Task Started { get; private set; }

    public bool HasFailed => Started.IsFaulted || Started.IsCanceled;

    public int Places { get; set; }

    public long LeftAt { get; set; }

    /// <summary>Lets go of what starting took.</summary>
    public void Settle() => Started = Task.CompletedTask;

    private static async Task StartAsync(Feed feed, TimeSpan timeout, TimeProvider time)
    {
        // The hub's lock is held when the entry is made.
        await Task.Yield();
        using var deadline = new CancellationTokenSource(timeout, time);
        try
        {
            await feed.StartAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new BusUnavailableException($"The bus didn't answer within {timeout.TotalMilliseconds} ms.");
        }
    }
}
