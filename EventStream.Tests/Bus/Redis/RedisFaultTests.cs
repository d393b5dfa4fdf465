using System.Diagnostics;
using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>A Redis that is away, comes back, or is out of memory. Each test has its own server to harm.</summary>
[Needs(Need.Redis)]
public sealed class RedisFaultTests
{
    private readonly StreamKey _stream = StreamKey.Session("s1");
    private readonly Envelopes _envelopes = new("s1");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryCall_IsRefusedWithinTheCommandTimeout_WhenRedisIsNotThereAtStart_AndWorksOnceItIs()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        await redis.StopAsync();
        await using var bus = Bus(redis, TimeSpan.FromMilliseconds(500));
        var watch = Stopwatch.StartNew();

        await ShouldBeUnavailableAsync(() => AppendAsync(bus, _envelopes.Thought()));
        await ShouldBeUnavailableAsync(() => bus.ReadAsync(_stream, Cursor.Zero, 10, Cancel).AsTask());
        await ShouldBeUnavailableAsync(() => bus.PingAsync(Cancel).AsTask());
        await ShouldBeUnavailableAsync(() => bus.SubscribeAsync(_stream, new RecordingListener(), Cancel).AsTask());
        await ShouldBeUnavailableAsync(() => bus.DeleteAsync(_stream, Cancel).AsTask());
        bus.Subscriptions.ShouldBe(0);
        // Five calls take half a second each; the rest is for a busy machine.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));

        await redis.StartAsync();
        await Eventually.TrueAsync(() => AnswersAsync(bus), Cancel);
        var listener = new RecordingListener();
        await using var subscription = await EventuallyAsync(() => bus.SubscribeAsync(_stream, listener, Cancel).AsTask());
        var head = (await AppendAsync(bus, _envelopes.Thought())).Head;
        await listener.HeardAsync(1, Cancel);
        listener.Cursors.ShouldBe([head]);
    }

    [Fact]
    public async Task AppendAsync_IsStoredOnce_WhenOnlyItsAnnouncementWasRefused()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        await using var bus = Bus(redis, TimeSpan.FromSeconds(10));
        using var probe = await RedisProbe.ConnectAsync(redis, Cancel);
        var first = await AppendAsync(bus, _envelopes.Thought());
        probe.Ask("ACL", "SETUSER", "default", "-publish");
        var thought = _envelopes.Thought();
        await ShouldBeUnavailableAsync(() => AppendAsync(bus, thought));
        probe.Ask("ACL", "SETUSER", "default", "+publish");

        var again = await AppendAsync(bus, thought);

        (again.Receipts[0].Outcome, again.Receipts[0].Cursor).ShouldBe((AppendOutcome.Duplicate, first.Head.Next));
        (await bus.ReadAsync(_stream, Cursor.Zero, 10, Cancel)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task SubscribeAsync_IsRefused_WhenRedisWentAway()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        await using var bus = Bus(redis, TimeSpan.FromMilliseconds(500));
        await (await bus.SubscribeAsync(_stream, new RecordingListener(), Cancel)).DisposeAsync();
        await redis.StopAsync();
        await Eventually.TrueAsync(async () => !await AnswersAsync(bus), Cancel);

        await ShouldBeUnavailableAsync(() => bus.SubscribeAsync(_stream, new RecordingListener(), Cancel).AsTask());

        bus.Subscriptions.ShouldBe(0);
    }

    [Fact]
    public async Task AppendAsync_StoresExactlyOnce_WhenARequestIsRepeatedOverARestart()
    {
        await using var redis = await RedisServer.StartOwnAsync(isDurable: true);
        await using var bus = Bus(redis, TimeSpan.FromMilliseconds(500));
        var stored = _envelopes.Thoughts(3);
        var before = await AppendAsync(bus, stored);
        await redis.StopAsync();
        var waiting = _envelopes.Thoughts(2);
        await ShouldBeUnavailableAsync(() => AppendAsync(bus, waiting));
        await redis.StartAsync();

        var after = await EventuallyAsync(() => AppendAsync(bus, waiting));
        var repeated = await AppendAsync(bus, [.. stored, .. waiting]);

        after.Head.ShouldBe(before.Head with { Offset = 5 });
        repeated.Receipts.ShouldAllBe(receipt => receipt.Outcome == AppendOutcome.Duplicate);
        repeated.Receipts.Select(receipt => receipt.Cursor!.Value.Offset).ShouldBe([1, 2, 3, 4, 5]);
        var page = await bus.ReadAsync(_stream, Cursor.Zero, 100, Cancel);
        page.Entries.Select(entry => Envelopes.Read(entry).EventId).ShouldBe(stored.Concat(waiting).Select(envelope => envelope.EventId));
    }

    [Theory]
    [InlineData("pubsub", true)]
    [InlineData("normal", false)]
    public async Task Messages_ArriveAndInterruptionsAreTold_WhenConnectionsWereKilled(string type, bool isInterrupted)
    {
        await using var redis = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(redis, Cancel);
        await using var bus = Bus(redis);
        var listener = new RecordingListener();
        await using var subscription = await bus.SubscribeAsync(_stream, listener, Cancel);
        await AppendAsync(bus, _envelopes.Thought());
        await listener.HeardAsync(1, Cancel);

        probe.Number("CLIENT", "KILL", "TYPE", type, "SKIPME", "yes").ShouldBePositive();
        await EventuallyAsync(() => AppendAsync(bus, _envelopes.Thought()));

        if (isInterrupted) await Eventually.TrueAsync(() => listener.Interruptions > 0, Cancel);
        var head = (await EventuallyAsync(() => AppendAsync(bus, _envelopes.Thought()))).Head;
        await Eventually.TrueAsync(() => listener.Cursors.Contains(head), Cancel);
        (listener.Interruptions > 0).ShouldBe(isInterrupted);
        probe.List("PUBSUB", "CHANNELS", "session:*").ShouldBe(["session:s1"]);
    }

    [Theory]
    [InlineData("pubsub", "RedisSubscriberLost", "RedisSubscriberOpened")]
    [InlineData("normal", "RedisLost", "RedisRestored")]
    public async Task Log_SaysOnceWhichHalfWasLostAndIsBack_WhenItWasKilled(string type, string lost, string restored)
    {
        await using var redis = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(redis, Cancel);
        var logger = new RecordingLogger<RedisEventBus>();
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = redis.ConnectionString }, logger: logger);
        await using var subscription = await bus.SubscribeAsync(_stream, new RecordingListener(), Cancel);

        probe.Number("CLIENT", "KILL", "TYPE", type, "SKIPME", "yes").ShouldBePositive();

        await Eventually.TrueAsync(() => logger.Entries.Any(entry => entry.Id.Name == restored), Cancel);
        logger.Entries.Count(entry => entry.Id.Name == lost).ShouldBe(1);
        if (type == "pubsub") logger.Entries.ShouldAllBe(entry => entry.Id.Name == lost || entry.Id.Name == restored);
    }

    [Fact]
    public async Task OnInterrupted_ReachesEveryListener_WhenThousandsOfChannelsAreSubscribedAgain()
    {
        const int Channels = 10_000;
        await using var redis = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(redis, Cancel);
        await using var bus = Bus(redis);
        var listener = new RecordingListener();
        await Parallel.ForEachAsync(Enumerable.Range(0, Channels), Cancel, async (i, _) => await bus.SubscribeAsync(StreamKey.Session($"many{i}"), listener, Cancel));

        probe.Number("CLIENT", "KILL", "TYPE", "pubsub").ShouldBePositive();

        await Eventually.TrueAsync(() => listener.Interruptions == Channels, Cancel);
        probe.List("PUBSUB", "CHANNELS", "session:many*").Count.ShouldBe(Channels);
    }

    [Fact]
    public async Task OnInterrupted_IsCalledAndMessagesArrive_WhenRedisWasRestarted()
    {
        await using var redis = await RedisServer.StartOwnAsync(isDurable: true);
        await using var bus = Bus(redis);
        var listener = new RecordingListener();
        await using var subscription = await bus.SubscribeAsync(_stream, listener, Cancel);
        await AppendAsync(bus, _envelopes.Thought());

        await redis.StopAsync();
        await redis.StartAsync();

        await Eventually.TrueAsync(() => listener.Interruptions > 0, Cancel);
        var head = (await EventuallyAsync(() => AppendAsync(bus, _envelopes.Thought()))).Head;
        await Eventually.TrueAsync(() => listener.Cursors.Contains(head), Cancel);
    }

    [Fact]
    public async Task AppendAsync_SaysOutOfMemory_WhenRedisIsFull_AndStoresOnceItIsNot()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(redis, Cancel);
        await using var bus = Bus(redis);
        var before = await AppendAsync(bus, _envelopes.Thought());
        probe.Ask("CONFIG", "SET", "maxmemory", "1mb");
        var refused = _envelopes.Thought();

        (await ShouldBeUnavailableAsync(() => AppendAsync(bus, refused))).IsOutOfMemory.ShouldBeTrue();
        (await bus.ReadAsync(_stream, Cursor.Zero, 10, Cancel)).Head.ShouldBe(before.Head);

        // A session that begins, or begins again, is refused like any other.
        var unborn = new AppendRequest { Stream = StreamKey.Session("unborn"), Events = [new Envelopes("unborn").Thought()] };
        (await ShouldBeUnavailableAsync(() => bus.AppendAsync(unborn, Cancel).AsTask())).IsOutOfMemory.ShouldBeTrue();
        (await bus.ReadAsync(unborn.Stream, Cursor.Zero, 10, Cancel)).Head.ShouldBe(Cursor.Zero);

        probe.Ask("CONFIG", "SET", "maxmemory", "0");
        var after = await AppendAsync(bus, refused);
        after.Receipts.ShouldHaveSingleItem().Outcome.ShouldBe(AppendOutcome.Stored);
        after.Head.ShouldBe(before.Head.Next);
    }

    [Fact]
    public async Task EveryCall_IsRefused_WhenTheHostHasNoAddress()
    {
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = "no-such-host.invalid:6379", CommandTimeout = TimeSpan.FromMilliseconds(500) });

        for (var i = 0; i < 3; i++)
        {
            await ShouldBeUnavailableAsync(() => bus.PingAsync(Cancel).AsTask());
            await ShouldBeUnavailableAsync(() => bus.SubscribeAsync(_stream, new RecordingListener(), Cancel).AsTask());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(",")]
    [InlineData("localhost:6379,nonsense=1")]
    [InlineData("localhost:6379,syncTimeout=soon")]
    [InlineData("abortConnect=false")]
    [InlineData("localhost:6379,tunnel=nowhere")]
    public void Constructor_NamesTheSetting_WhenTheConnectionStringCantWork(string connectionString) =>
        Should.Throw<ArgumentException>(() => new RedisEventBus(new RedisBusOptions { ConnectionString = connectionString }))
            .Message.ShouldContain("ConnectionStrings:Redis");

    private static RedisEventBus Bus(RedisServer redis, TimeSpan? timeout = null) =>
        new(new RedisBusOptions { ConnectionString = redis.ConnectionString, CommandTimeout = timeout ?? TimeSpan.FromSeconds(2) });

    private static async Task<BusUnavailableException> ShouldBeUnavailableAsync(Func<Task> call) => await Should.ThrowAsync<BusUnavailableException>(call);

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

    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> call) where T : class
    {
        T? result = null;
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                result = await call();
            }
            catch (BusUnavailableException)
            {
                // Redis doesn't answer yet: tries again.
            }
            return result is not null;
        }, Cancel);
        return result!;
    }

    private Task<AppendResult> AppendAsync(RedisEventBus bus, params IReadOnlyList<Event> events) =>
        bus.AppendAsync(new AppendRequest { Stream = _stream, Events = events }, Cancel).AsTask();
}
