using EventStream.Bus.Redis;
using EventStream.Dispatching;
using EventStream.Events;

namespace EventStream.Benchmarks.Load;

/// <summary>The project's own dispatcher over Redis: events go to the log. It works on other threads of the generator, whose cost is the generator's.</summary>
internal sealed class DispatcherPublisher : ILoadPublisher
{
    private readonly RedisEventBus _bus;
    private readonly EventDispatcher _dispatcher;
    private readonly string _prefix;
    private readonly EventText _text;
    private Task _waiting = Task.CompletedTask;
    private string? _trouble;

    /// <param name="redis">Where Redis is, as HOST:PORT.</param>
    /// <param name="prefix">What the names of the sessions begin with.</param>
    /// <param name="text">The events.</param>
    public DispatcherPublisher(string redis, string prefix, EventText text)
    {
        (_prefix, _text) = (prefix, text);
        _bus = new RedisEventBus(new RedisBusOptions { ConnectionString = redis });
        _dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 100_000, OnFailed = failure => Volatile.Write(ref _trouble, failure.ToString()) });
    }

    public string? Trouble => Volatile.Read(ref _trouble);

    public bool HasRoom(int session) => _waiting.IsCompleted;

    public void Publish(Marker marker)
    {
        var queued = _dispatcher.PublishAsync($"{_prefix}{marker.Session}", EventText.TypeName, EventPayload.Parse(_text.Payload(marker)));
        if (queued.IsCompletedSuccessfully) return;
        // Full: one after the other, so that the order of the session stays.
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
