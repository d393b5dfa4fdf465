using System.Diagnostics.Metrics;
using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>A bus on the shared server, a probe of that server, and a session of the test's own.</summary>
[Needs(Need.Redis)]
public abstract class RedisTest(RedisServer redis) : IAsyncLifetime
{
    private readonly List<RedisEventBus> _buses = [];
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private protected RedisEventBus Bus { get; private set; } = null!;

    private protected string ConnectionString => redis.ConnectionString;

    private protected RedisProbe Probe { get; private set; } = null!;

    /// <summary>Makes the meters of the buses.</summary>
    private protected IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    private protected StreamKey Stream { get; } = NewStream();

    private protected Envelopes Envelopes => new(Stream.Id);

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await redis.StartAsync();
        Bus = NewBus();
        Probe = await RedisProbe.ConnectAsync(redis, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var bus in _buses) await bus.DisposeAsync();
        Probe.Dispose();
        await _services.DisposeAsync();
    }

    private protected static StreamKey NewStream() => StreamKey.Session($"s-{Guid.NewGuid():N}");

    private protected RedisEventBus NewBus(LogOptions? log = null, TimeProvider? time = null)
    {
        var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = redis.ConnectionString }, log, time, meters: Meters);
        _buses.Add(bus);
        return bus;
    }

    private protected string Key(string part) => $"session:{{{Stream.Id}}}:{part}";

    private protected ValueTask<AppendResult> AppendAsync(params IReadOnlyList<Event> events) => AppendAsync(Bus, events);

    private protected ValueTask<AppendResult> AppendAsync(IEventBus bus, params IReadOnlyList<Event> events) =>
        bus.AppendAsync(new AppendRequest { Stream = Stream, Events = events }, Cancel);

    private protected ValueTask<LogPage> ReadAsync(int maxEvents = 1000) => Bus.ReadAsync(Stream, Cursor.Zero, maxEvents, Cancel);
}
