using System.Runtime.InteropServices;
using EventStream.Api.Problems;
using EventStream.Bus;

namespace EventStream.Api.Access.Limits;

/// <summary>Estimates what the logs hold of each caller: what it sent to each stream through this node, at most what a log holds, until the log is dropped.</summary>
internal sealed class StoredByCallers(LimitSettings settings, LogOptions log, TimeProvider time)
{
    /// <summary>The most logs that are counted, of all callers together. Beyond it the callers that were idle longest are forgotten.</summary>
    public const int MaxLogs = 1_000_000;

    // Ids, type and time of an envelope.
    private const int EnvelopeBytes = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Holdings> _callers = new(StringComparer.Ordinal);
    private int _logs;

    /// <summary>Counts a batch, unless that is more than its caller may have.</summary>
    /// <returns>The quota that it would break; null when it was counted.</returns>
    public Quota? Excess(string caller, AppendRequest append)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (!_callers.TryGetValue(caller, out var holdings)) _callers.Add(caller, holdings = new Holdings());
            holdings.UsedAt = now;
            var excess = Excess(holdings, append, now);
            if (excess is not null && DropNeedsLock(holdings, now)) excess = Excess(holdings, append, now);
            if (excess is not null) return excess with { Rule = $"'{caller}' may {excess.Rule}; nothing was stored" };
            foreach (var (stream, bytes) in SizesOf(append))
            {
                ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(holdings.Logs, stream, out var isHeld);
                if (!isHeld) _logs++;
                if (!isHeld && stream.SessionId is not null) holdings.Sessions++;
                var after = Math.Min(held.Bytes + bytes, log.MaxBytes);
                holdings.Bytes += after - held.Bytes;
                held = new Held(after, now);
            }
            if (_logs > MaxLogs) ForgetIdleNeedsLock(holdings);
            return null;
        }
    }

    /// <summary>A log was deleted.</summary>
    public void Forget(StreamKey stream)
    {
        lock (_lock)
        {
            foreach (var holdings in _callers.Values) RemoveNeedsLock(holdings, stream);
        }
    }

    private Quota? Excess(Holdings holdings, AppendRequest append, DateTimeOffset now)
    {
        if (append.Stream.SessionId is not null && !holdings.Logs.ContainsKey(append.Stream) && holdings.Sessions >= settings.Sessions)
            return new Quota(nameof(LimitSettings.Sessions), $"have {Counted.Of(settings.Sessions, "session")} in logs", holdings.NextDropAt - now);
        var more = 0L;
        foreach (var (stream, bytes) in SizesOf(append)) more += Math.Min(bytes, log.MaxBytes - holdings.Logs.GetValueOrDefault(stream).Bytes);
        return holdings.Bytes + more > settings.StoredBytes ? new Quota(nameof(LimitSettings.StoredBytes), $"have {Counted.Of(settings.StoredBytes, "byte")} in logs", holdings.NextDropAt - now) : null;
    }

    // Looks at them only when one may have been dropped: a caller that is refused may ask again at once, and often.
    private bool DropNeedsLock(Holdings holdings, DateTimeOffset now)
    {
        if (now < holdings.NextDropAt) return false;
        var dropped = holdings.Logs.Where(held => held.Value.WrittenAt + log.Retention <= now).Select(held => held.Key).ToList();
        foreach (var stream in dropped) RemoveNeedsLock(holdings, stream);
        holdings.NextDropAt = (holdings.Logs.Count == 0 ? now : holdings.Logs.Values.Min(held => held.WrittenAt)) + log.Retention;
        return true;
    }

    private void RemoveNeedsLock(Holdings holdings, StreamKey stream)
    {
        if (!holdings.Logs.Remove(stream, out var held)) return;
        _logs--;
        holdings.Bytes -= held.Bytes;
        if (stream.SessionId is not null) holdings.Sessions--;
    }

    // A tenth at once, since it looks at all callers.
    private void ForgetIdleNeedsLock(Holdings except)
    {
        foreach (var (caller, holdings) in _callers.OrderBy(caller => caller.Value.UsedAt).ToList())
        {
            if (_logs <= MaxLogs / 10 * 9) return;
            if (holdings == except) continue;
            _logs -= holdings.Logs.Count;
            _callers.Remove(caller);
        }
    }

    private static Dictionary<StreamKey, long> SizesOf(AppendRequest append)
    {
        var sizes = new Dictionary<StreamKey, long>();
        var all = 0L;
        foreach (var stored in append.Events)
        {
            var bytes = stored.Payload.Utf8.Length + EnvelopeBytes;
            all += bytes;
            if (stored.ProjectId is not { } project) continue;
            var key = StreamKey.Project(project);
            sizes[key] = sizes.GetValueOrDefault(key) + bytes;
        }
        sizes[append.Stream] = all;
        if (append.Broadcast) sizes[StreamKey.Broadcast] = all;
        return sizes;
    }

    private readonly record struct Held(long Bytes, DateTimeOffset WrittenAt);

    private sealed class Holdings
    {
        public Dictionary<StreamKey, Held> Logs { get; } = [];

        public int Sessions { get; set; }

        public long Bytes { get; set; }

        public DateTimeOffset UsedAt { get; set; }

        /// <summary>No log of it is dropped before.</summary>
        public DateTimeOffset NextDropAt { get; set; }
    }
}
