namespace EventStream.Api.Streaming.Feeds;

/// <summary>Reads that many clients ask for at once: one is under way, and all that ask meanwhile share the next. So no answer is older than its question.</summary>
internal sealed class SharedReads<TKey, T>(Func<TKey, Task<T>> read) where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Task<T>> _underWay = [];
    private readonly Dictionary<TKey, Task<T>> _next = [];

    public Task<T> ReadAsync(TKey key)
    {
        lock (_lock)
        {
            if (_next.TryGetValue(key, out var next)) return next;
            return _next[key] = RunAsync(key, _underWay.GetValueOrDefault(key));
        }
    }

    private async Task<T> RunAsync(TKey key, Task? before)
    {
        // The caller holds the lock.
        await Task.Yield();
        if (before is not null) await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task<T> self;
        lock (_lock)
        {
            _next.Remove(key, out self!);
            _underWay[key] = self;
        }
        try
        {
            return await read(key);
        }
        finally
        {
            lock (_lock)
            {
                if (_underWay.GetValueOrDefault(key) == self) _underWay.Remove(key);
            }
        }
    }
}
