using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>All feeds of this node: one per stream that is watched, however many clients watch it.</summary>
internal sealed class FeedTable(FeedContext context, IOptions<StreamingOptions> options) : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<StreamKey, FeedPlaces> _feeds = [];
    private readonly List<Feed> _idle = [];
    private readonly HashSet<StreamKey> _changed = [];
    private readonly StreamingOptions _options = options.Value;
    private long _joined;
    private int _streams;

    /// <summary>Whether the server is stopping and gives no more places.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>How many places are taken: the open streams.</summary>
    public int OpenStreams => Volatile.Read(ref _streams);

    /// <summary>How many places were given so far.</summary>
    public long Joined => Interlocked.Read(ref _joined);

    /// <summary>How many feeds are held, those that linger included.</summary>
    public int Count
    {
        get { lock (_lock) return _feeds.Count; }
    }

    /// <summary>How many viewers a session has on this node.</summary>
    public int ViewersOf(StreamKey session)
    {
        lock (_lock) return _feeds.GetValueOrDefault(session)?.Viewers ?? 0;
    }

    /// <summary>Takes a place in the feed of a stream, which is subscribed to if it wasn't.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="isViewer">Whether the place is a viewer's.</param>
    /// <returns>The feed, and <see cref="SubscriberEnd.None"/>; or why there is no place.</returns>
    /// <remarks>Every place that was given is given back by <see cref="Leave"/>.</remarks>
    public async Task<(Feed? Feed, SubscriberEnd Refusal)> JoinAsync(StreamKey stream, bool isViewer = true)
    {
        FeedPlaces places;
        lock (_lock)
        {
            if (IsDraining) return (null, SubscriberEnd.Draining);
            if (_streams >= _options.MaxStreams) return (null, SubscriberEnd.Busy);
            if (!_feeds.TryGetValue(stream, out places!) || places.HasFailed)
            {
                if (_feeds.Count >= _options.MaxFeeds && !TryDropLingeringNeedsLock()) return (null, SubscriberEnd.Busy);
                places = new FeedPlaces(new Feed(stream, context), _options.JoinTimeout, context.Time);
                _feeds[stream] = places;
            }
            else if (places.Taken >= _options.MaxStreamsPerKey)
            {
                return (null, SubscriberEnd.Busy);
            }
            places.Taken++;
            if (isViewer) CountViewerNeedsLock(places, 1);
            _streams++;
            _joined++;
        }
        try
        {
            await places.Started;
            places.ForgetStart();
            return (places.Feed, SubscriberEnd.None);
        }
        catch (BusUnavailableException)
        {
            Leave(places.Feed, isViewer);
            return (null, SubscriberEnd.Unavailable);
        }
        catch
        {
            Leave(places.Feed, isViewer);
            throw;
        }
    }

    /// <summary>Gives a place back. The feed lingers for a while when it was the last.</summary>
    public void Leave(Feed feed, bool isViewer = true)
    {
        lock (_lock)
        {
            _streams--;
            var places = _feeds.GetValueOrDefault(feed.Stream);
            if (places?.Feed != feed) return;
            places.Taken--;
            if (isViewer) CountViewerNeedsLock(places, -1);
            places.LeftAt = context.Time.GetTimestamp();
            if (places.Taken == 0 && places.HasFailed) _feeds.Remove(feed.Stream);
        }
    }

    /// <summary>Shares the windows' budget anew, and leaves the streams that no one has watched for long enough.</summary>
    /// <param name="watched">Takes the feeds that have subscribers.</param>
    public void Sweep(List<Feed> watched)
    {
        lock (_lock)
        {
            context.Budget.Share(_feeds.Count);
            foreach (var places in _feeds.Values)
            {
                if (!places.Started.IsCompletedSuccessfully) continue;
                places.Feed.Trim();
                if (places.Taken > 0) watched.Add(places.Feed);
                else if (context.Time.GetElapsedTime(places.LeftAt) >= _options.Linger) _idle.Add(places.Feed);
            }
            foreach (var feed in _idle) _feeds.Remove(feed.Stream);
        }
        foreach (var feed in _idle) _ = feed.DisposeAsync().AsTask();
        _idle.Clear();
    }

    /// <summary>Gives no more places.</summary>
    /// <returns>The feeds whose subscribers are to be ended.</returns>
    public IReadOnlyList<Feed> BeginDraining()
    {
        lock (_lock)
        {
            IsDraining = true;
            return [.. _feeds.Values.Select(places => places.Feed)];
        }
    }

    /// <summary>Leaves every stream. The server has no clients left by then.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Feed> feeds;
        lock (_lock)
        {
            feeds = [.. _feeds.Values.Select(places => places.Feed)];
            _feeds.Clear();
        }
        // A bus that hangs must not hold up the stop. Closing its connection leaves every stream too.
        var left = Task.WhenAll(feeds.Select(feed => feed.DisposeAsync().AsTask()));
        await Task.WhenAny(left, Task.Delay(StopTimeout, context.Time));
    }

    /// <summary>The viewers of the sessions whose number may have changed since this was asked last, or of all sessions that are watched.</summary>
    public IReadOnlyDictionary<StreamKey, int> TakeViewers(bool all)
    {
        lock (_lock)
        {
            var viewers = all ? _feeds.Where(pair => pair.Key.Kind == StreamKind.Session && pair.Value.Viewers > 0).ToDictionary(pair => pair.Key, pair => pair.Value.Viewers)
                : _changed.ToDictionary(stream => stream, stream => _feeds.GetValueOrDefault(stream)?.Viewers ?? 0);
            _changed.Clear();
            return viewers;
        }
    }

    private void CountViewerNeedsLock(FeedPlaces places, int change)
    {
        places.Viewers += change;
        if (places.Feed.Stream.Kind == StreamKind.Session) _changed.Add(places.Feed.Stream);
    }

    private bool TryDropLingeringNeedsLock()
    {
        var lingering = _feeds.Values.Where(places => places.Taken == 0 && places.Started.IsCompletedSuccessfully).MinBy(places => places.LeftAt);
        if (lingering is null) return false;
        _ = lingering.Feed.DisposeAsync().AsTask();
        return _feeds.Remove(lingering.Feed.Stream);
    }
}
