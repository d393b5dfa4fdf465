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
    private int _told;
    private int _lost;
    private int _deaf;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TcpRelay.Connection Subscribing => _relay.Connections.Last(connection => connection.HasAsked(_stream.ToString()) && connection.HasAsked("SUBSCRIBE"));

    public async ValueTask InitializeAsync()
    {
        await redis.StartAsync();
        _relay = new TcpRelay(int.Parse(redis.ConnectionString.Split(',')[0].Split(':')[1]));
        _bus = new RedisEventBus(new RedisBusOptions
        {
            ConnectionString = $"127.0.0.1:{_relay.Port}",
            CommandTimeout = TimeSpan.FromSeconds(1),
            ProbeInterval = TimeSpan.FromMilliseconds(200),
        }, logger: _logger);
        _other = new RedisEventBus(new RedisBusOptions { ConnectionString = redis.ConnectionString });
        // On a busy machine a command may take longer than these short timeouts, and the connection may be replaced before it is heard.
        await Eventually.TrueAsync(() => SucceedsAsync(async () => await _bus.SubscribeAsync(_stream, _listener, Cancel)), Cancel);
        await HearsAsync(Cursor.Zero);
        _told = _listener.Interruptions;
        _lost = Count("RedisSubscriberLost");
        _deaf = Count("RedisSubscriberDeaf");
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

        (Count("RedisSubscriberLost") - _lost).ShouldBeInRange(1, _listener.Interruptions - _told);
    }

    [Fact]
    public async Task Listener_IsToldAndHearsAgain_WhenOnlyAnnouncementsDontCome()
    {
        Subscribing.SwallowsAnswer = answer => answer.Contains("\r\nmessage\r\n", StringComparison.Ordinal);
        var missed = await AppendAsync();

        await ShouldHealAsync(missed);

        (Count("RedisSubscriberDeaf") - _deaf).ShouldBeInRange(1, _listener.Interruptions - _told);
    }

    [Fact]
    public async Task AppendAsync_Works_WhenTheConnectionOfCommandsBringsNothingForSomeTime()
    {
        await _bus.AppendAsync(new AppendRequest { Stream = _stream, Events = [new Envelopes(_stream.Id).Thought()] }, Cancel);
        var commands = _relay.Connections.Where(connection => connection.HasAsked("EVAL")).ToList();
        commands.ShouldNotBeEmpty();
        foreach (var connection in commands) connection.SwallowsAnswer = _ => true;

        await Eventually.TrueAsync(() => SucceedsAsync(async () => await _bus.ReadAsync(_stream, Cursor.Zero, 0, Cancel)), Cancel);
    }

    private int Count(string name) => _logger.Entries.Count(entry => entry.Id.Name == name);

    private static async ValueTask<bool> SucceedsAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (BusUnavailableException)
        {
            return false;
        }
    }

    private async Task ShouldHealAsync(Cursor missed)
    {
        await Eventually.TrueAsync(() => _listener.Interruptions > _told, Cancel);
        await HearsAsync(missed);
        _listener.Cursors.ShouldNotContain(missed);
        _bus.Subscriptions.ShouldBe(1);
    }

    private Task HearsAsync(Cursor after) => Eventually.TrueAsync(async () =>
    {
        await AppendAsync();
        return _listener.Cursors.Any(cursor => cursor > after);
    }, Cancel);

    private async Task<Cursor> AppendAsync() =>
        (await _other.AppendAsync(new AppendRequest { Stream = _stream, Events = [new Envelopes(_stream.Id).Thought()] }, Cancel)).Head;
}
