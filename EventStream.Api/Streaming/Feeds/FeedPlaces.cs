using EventStream.Bus;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>A feed and the places in it. The lock of the table guards the counts.</summary>
internal sealed class FeedPlaces
{
    public FeedPlaces(Feed feed, TimeSpan startTimeout, TimeProvider time)
    {
        Feed = feed;
        Started = StartAsync(feed, startTimeout, time);
    }

    public Feed Feed { get; }

    /// <summary>Completes when the feed is live; fails for all who wait when the bus didn't answer.</summary>
    public Task Started { get; private set; }

    public bool HasFailed => Started.IsFaulted || Started.IsCanceled;

    /// <summary>How many places are taken.</summary>
    public int Taken { get; set; }

    /// <summary>How many of them are taken by viewers.</summary>
    public int Viewers { get; set; }

    /// <summary>When the last one was given back.</summary>
    public long LeftAt { get; set; }

    /// <summary>Lets go of what starting took.</summary>
    public void ForgetStart() => Started = Task.CompletedTask;

    private static async Task StartAsync(Feed feed, TimeSpan timeout, TimeProvider time)
    {
        // The caller holds the table's lock.
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
