using System.Collections.Concurrent;

namespace EventStream.Bus.InMemory;

/// <summary>The streams that have a log or listeners.</summary>
internal sealed class StreamTable(InMemoryBusOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<StreamKey, InMemoryStream> _streams = new();
    private readonly Recency _recency = new(options);
    private long _lastForgottenEpoch;

    public int Count => _streams.Count;

    public long HeldBytes => _recency.HeldBytes;

    /// <summary>At least the latest epoch of every forgotten stream.</summary>
    public long LastForgottenEpoch => Interlocked.Read(ref _lastForgottenEpoch);

    /// <summary>Runs an action under the stream's lock, after what has expired was removed.</summary>
    public T Use<T>(StreamKey key, Func<InMemoryStream, DateTimeOffset, T> use)
    {
        while (true)
        {
            if (TryUse(_streams.GetOrAdd(key, static key => new InMemoryStream(key)), use, out var result)) return result!;
        }
    }

    /// <inheritdoc cref="Use"/>
    public T? UseKnown<T>(StreamKey key, Func<InMemoryStream, DateTimeOffset, T?> use)
    {
        while (_streams.TryGetValue(key, out var stream))
        {
            if (TryUse(stream, use, out var result)) return result;
        }
        return default;
    }

    /// <summary>The epochs of all logs that hold something. Reading them doesn't count as use of a stream.</summary>
    public List<(StreamKey Stream, long Epoch)> HeldEpochs()
    {
        var now = time.GetUtcNow();
        var held = new List<(StreamKey, long)>();
        foreach (var (key, stream) in _streams)
        {
            lock (stream.Gate)
            {
                if (stream.Log is { } log && log.Holds(now)) held.Add((key, log.Head.Epoch));
            }
        }
        return held;
    }

    /// <summary>The runs whose lease has ended. Looking for them doesn't count as use of a stream.</summary>
    public List<LeasedRun> LostRuns(int most)
    {
        var now = time.GetUtcNow();
        var lost = new List<LeasedRun>();
        foreach (var (key, stream) in _streams)
        {
            lock (stream.Gate) lost.AddRange((stream.Log?.LostRuns(now) ?? []).Take(most - lost.Count).Select(run => new LeasedRun(key, run.RunId, EventId: "", run.IsStarted)));
            if (lost.Count == most) break;
        }
        return lost;
    }

    /// <summary>Updates the stream's bytes and use, and removes a stream that has neither log nor listeners.</summary>
    public void UpdateOrRemoveNeedsLock(InMemoryStream stream)
    {
        _recency.UpdateNeedsLock(stream);
        if (stream is not { Log: null, Subscriptions: [] }) return;
        stream.IsGone = true;
        _streams.TryRemove(KeyValuePair.Create(stream.Key, stream));
    }

    /// <summary>Forgets whole streams until the bounds hold.</summary>
    public void ForgetExcess()
    {
        while (_recency.TakeExcess() is { } stream)
        {
            lock (stream.Gate)
            {
                // The stream was used after it was removed from the list, so it isn't the oldest any more.
                if (_recency.ContainsNeedsLock(stream)) continue;
                ForgetNeedsLock(stream);
                UpdateOrRemoveNeedsLock(stream);
            }
        }
    }

    private bool TryUse<T>(InMemoryStream stream, Func<InMemoryStream, DateTimeOffset, T> use, out T? result)
    {
        lock (stream.Gate)
        {
            result = default;
            if (stream.IsGone) return false;
            var now = time.GetUtcNow();
            stream.Log?.Expire(now);
            if (stream.Log?.IsForgotten(now) == true) ForgetNeedsLock(stream);
            result = use(stream, now);
            UpdateOrRemoveNeedsLock(stream);
            return true;
        }
    }

    private void ForgetNeedsLock(InMemoryStream stream)
    {
        var epoch = stream.Log?.Head.Epoch ?? 0;
        var last = Interlocked.Read(ref _lastForgottenEpoch);
        while (epoch > last)
        {
            var seen = Interlocked.CompareExchange(ref _lastForgottenEpoch, epoch, last);
            if (seen == last) break;
            last = seen;
        }
        stream.Log = null;
    }
}
