using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis.Subscribing;

/// <summary>Connections that stay open but deliver nothing: neither side sends a FIN or a RST.</summary>
[Needs(Need.Redis)]
public sealed class RedisDeafnessTests(RedisServer redis) : IAsyncLifetime
{
    private readonly StreamKey _stream = StreamKey.Session($"s-{Guid.NewGuid():N}");
    private readonly RecordingLogger<RedisEventBus> _logger = new();
    private readonly RecordingListener _listener = new();
    private TcpRelay _relay = null!;
    private RedisEventBus _bus = null!;
    private RedisEventBus _other = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TcpRelay.Connection Subscribing => _relay.Connections.Single(connection => connection.HasAsked(_stream.ToString()) && connection.HasAsked("SUBSCRIBE"));

    public async ValueTask InitializeAsync()
    {
        await redis.StartAsync();
        _relay = new TcpRelay(int.Parse(redis.ConnectionString.Split(',')[0].Split(':')[1]));
        _bus = new RedisEventBus(new RedisBusOptions
        {
            ConnectionString = $"127.0.0.1:{_relay.Port}",
            CommandTimeout = TimeSpan.FromMilliseconds(300),
            ProbeInterval = TimeSpan.FromMilliseconds(200),
        }, logger: _logger);
        _other = new RedisEventBus(new RedisBusOptions { ConnectionString = redis.ConnectionString });
        await _bus.SubscribeAsync(_stream, _listener, Cancel);
        await AppendAsync();
        await _listener.HeardAsync(1, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.DisposeAsync();
        await _other.DisposeAsync();
        await _relay.DisposeAsync();
    }

    [Fact]
    public async Task Listener_IsToldAndHearsAgain_WhenNothingComesOnTheSubscribingConnection()
    {
        Subscribing.SwallowsAnswer = _ => true;
        var missed = await AppendAsync();

        await ShouldHealAsync(missed);

        _logger.Entries.Count(entry => entry.Id.Name == "RedisSubscriberLost").ShouldBe(1);
    }

    [Fact]
    public async Task Listener_IsToldAndHearsAgain_WhenOnlyAnnouncementsDontCome()
    {
        Subscribing.SwallowsAnswer = answer => answer.Contains("\r\nmessage\r\n", StringComparison.Ordinal);
        var missed = await AppendAsync();

        await ShouldHealAsync(missed);

        _logger.Entries.Count(entry => entry.Id.Name == "RedisSubscriberDeaf").ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_Works_WhenTheConnectionOfCommandsBringsNothingForSomeTime()
    {
        await _bus.AppendAsync(new AppendRequest { Stream = _stream, Events = [new Envelopes(_stream.Id).Thought()] }, Cancel);
        var commands = _relay.Connections.Where(connection => connection.HasAsked("EVAL")).ToList();
        commands.ShouldNotBeEmpty();
        foreach (var connection in commands) connection.SwallowsAnswer = _ => true;

        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await _bus.ReadAsync(_stream, Cursor.Zero, 0, Cancel);
                return true;
            }
            catch (BusUnavailableException)
            {
                return false;
            }
        }, Cancel);
    }

    private async Task ShouldHealAsync(Cursor missed)
    {
        await Eventually.TrueAsync(() => _listener.Interruptions > 0, Cancel);
        var head = await AppendAsync();
        await Eventually.TrueAsync(() => _listener.Cursors.Contains(head), Cancel);
        _listener.Cursors.ShouldNotContain(missed);
        _bus.Subscriptions.ShouldBe(1);
    }

    private async Task<Cursor> AppendAsync() =>
        (await _other.AppendAsync(new AppendRequest { Stream = _stream, Events = [new Envelopes(_stream.Id).Thought()] }, Cancel)).Head;
}
