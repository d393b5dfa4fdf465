using EventStream.Bus.Redis;
using EventStream.Dispatching;
using EventStream.Events;

namespace EventStream.Benchmarks.Load;

/// <summary>Publishes with the project's own dispatcher over Redis, which logs the events. It runs on other threads of the generator and counts as the generator's cost.</summary>
internal sealed class DispatcherPublisher : ILoadPublisher
{
    private readonly RedisEventBus _bus;
    private readonly EventDispatcher _dispatcher;
    private readonly string _prefix;
    private readonly EventText _text;
    private readonly PublishOptions _options;
    private Task _waiting = Task.CompletedTask;
    private string? _trouble;

    /// <param name="redis">Where Redis is, as HOST:PORT.</param>
    /// <param name="prefix">The prefix of session names.</param>
    /// <param name="text">Makes the events.</param>
    /// <param name="runId">The run that they belong to; null for none.</param>
    public DispatcherPublisher(string redis, string prefix, EventText text, string? runId)
    {
        (_prefix, _text, _options) = (prefix, text, new PublishOptions { RunId = runId });
        _bus = new RedisEventBus(new RedisBusOptions { ConnectionString = redis });
        _dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 100_000, OnFailed = failure => Volatile.Write(ref _trouble, failure.ToString()) });
    }

    public string? Trouble => Volatile.Read(ref _trouble);

    public bool HasRoom(int session) => _waiting.IsCompleted;

    public void Publish(Marker marker)
    {
        var queued = _dispatcher.PublishAsync($"{_prefix}{marker.Session}", EventText.TypeName, EventPayload.Parse(_text.Payload(marker)), _options);
        if (queued.IsCompletedSuccessfully) return;
        // The queue is full. The next event waits for this one, so that the session keeps its order.
        var before = _waiting;
        _waiting = Task.WhenAll(before, queued.AsTask());
    }

    public void Flush()
    {
        if (_waiting.IsFaulted) _waiting.GetAwaiter().GetResult();
    }

    public Task FlushAsync() => _dispatcher.FlushAsync();

    public async ValueTask DisposeAsync()
    {
        await _dispatcher.DisposeAsync();
        await _bus.DisposeAsync();
    }
}
