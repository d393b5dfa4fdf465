using System.Diagnostics;
using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis.Commands;

/// <summary>Commands while there is no connection: appends are refused at once, reads wait for a while.</summary>
[Needs(Need.Redis)]
public sealed class RedisCommandsTests
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(2);

    private readonly StreamKey _stream = StreamKey.Session("s1");
    private readonly Envelopes _envelopes = new("s1");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AppendAsync_IsRefusedAtOnceAndNeverStored_WhenRedisWentAway()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        await using var bus = Bus(redis, CommandTimeout);
        await bus.PingAsync(Cancel);
        await redis.StopAsync();
        // The first append may have been under way when the connection broke.
        await Eventually.TrueAsync(async () => !await AnswersAsync(bus), Cancel);

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++) await Should.ThrowAsync<BusUnavailableException>(() => AppendAsync(bus, _envelopes.Thought()));
        watch.Elapsed.ShouldBeLessThan(10 * CommandTimeout);

        await redis.StartAsync();
        await Eventually.TrueAsync(() => AnswersAsync(bus), Cancel);
        (await bus.ReadAsync(_stream, Cursor.Zero, 10, Cancel)).Head.ShouldBe(Cursor.Zero);
    }

    [Fact]
    public async Task EveryCall_IsRefusedAndOpensNoConnection_WhenTheBusWasDisposedBeforeItsFirstUse()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(redis, Cancel);
        var bus = Bus(redis, CommandTimeout);
        await bus.DisposeAsync();

        await Should.ThrowAsync<BusUnavailableException>(() => bus.PingAsync(Cancel).AsTask());
        await Should.ThrowAsync<BusUnavailableException>(() => AppendAsync(bus, _envelopes.Thought()));

        probe.Text("CLIENT", "LIST")!.ShouldNotContain("name=eventstream");
    }

    [Theory]
    [InlineData("")]
    [InlineData(",user=default,password=any")]
    public async Task DisposeAsync_ClosesEveryConnection(string options)
    {
        await using var redis = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(redis, Cancel);
        var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = redis.ConnectionString + options });
        await bus.PingAsync(Cancel);
        probe.Text("CLIENT", "LIST")!.ShouldContain("name=eventstream");

        await bus.DisposeAsync();

        await Eventually.TrueAsync(() => !probe.Text("CLIENT", "LIST")!.Contains("name=eventstream", StringComparison.Ordinal), Cancel);
    }

    [Fact]
    public async Task Reads_WaitForRedis_WhenItComesBackWithinTheCommandTimeout()
    {
        await using var redis = await RedisServer.StartOwnAsync(isDurable: true);
        await using var bus = Bus(redis, TimeSpan.FromSeconds(10));
        var head = (await AppendAsync(bus, _envelopes.RunCompleted("r"))).Head;
        await redis.StopAsync();
        await Eventually.TrueAsync(async () => !await AnswersAsync(bus), Cancel);

        var reading = bus.ReadAsync(_stream, Cursor.Zero, 10, Cancel).AsTask();
        var finding = bus.FindRunEndAsync(_stream, "r", Cancel).AsTask();
        await Should.ThrowAsync<BusUnavailableException>(() => bus.PingAsync(Cancel).AsTask());
        reading.IsCompleted.ShouldBeFalse();
        await redis.StartAsync();

        (await reading).Head.ShouldBe(head);
        (await finding).ShouldBe(head);
    }

    [Fact]
    public async Task Reads_EndWithTheirCaller_WhenRedisIsAway()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        await using var bus = Bus(redis, TimeSpan.FromSeconds(60));
        await bus.PingAsync(Cancel);
        await redis.StopAsync();
        await Eventually.TrueAsync(async () => !await AnswersAsync(bus), Cancel);

        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var reading = bus.ReadAsync(_stream, Cursor.Zero, 10, leaving.Token).AsTask();
        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(reading.WaitAsync(Timeouts.Default, Cancel));
    }

    private static RedisEventBus Bus(RedisServer redis, TimeSpan timeout) => new(new RedisBusOptions { ConnectionString = redis.ConnectionString, CommandTimeout = timeout });

    private static async ValueTask<bool> AnswersAsync(RedisEventBus bus)
    {
        try
        {
            await bus.PingAsync(Cancel);
            return true;
        }
        catch (BusUnavailableException)
        {
            return false;
        }
    }

    private Task<AppendResult> AppendAsync(RedisEventBus bus, params IReadOnlyList<Event> events) =>
        bus.AppendAsync(new AppendRequest { Stream = _stream, Events = events }, Cancel).AsTask();
}
