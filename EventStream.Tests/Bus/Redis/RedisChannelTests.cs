using EventStream.Bus.Redis;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>What is sent on a session's channel, and which connections are subscribed to it.</summary>
public sealed class RedisChannelTests(RedisServer redis) : RedisTest(redis)
{
    private readonly RedisServer _redis = redis;

    [Fact]
    public async Task OnUnlogged_IsCalled_WhenOthersPublishAnEventWithoutId()
    {
        var listener = new RecordingListener();
        await using var subscription = await Bus.SubscribeAsync(Stream, listener, Cancel);

        Publish("""{ "type":"agent_thought", "payload":{"content": "so", "n": 1.50} }""");

        await Eventually.TrueAsync(() => listener.Unlogged.Count == 1, Cancel);
        var unlogged = listener.Unlogged[0];
        unlogged.Type.ShouldBe("agent_thought");
        unlogged.SessionId.ShouldBe(Stream.Id);
        unlogged.EventId.ShouldNotBeEmpty();
        unlogged.Payload.ToString().ShouldBe("""{"content":"so","n":1.50}""");
        listener.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task SubscribeAsync_SkipsAndCountsAndLogsOnce_WhenMessagesAreNoEvents()
    {
        var logger = new RecordingLogger<RedisEventBus>();
        using var skipped = new Measurements(Meters, "eventstream.redis.messages.skipped");
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = _redis.ConnectionString }, logger: logger, meters: Meters);
        var listener = new RecordingListener();
        await using var subscription = await bus.SubscribeAsync(Stream, listener, Cancel);
        string[] garbage =
        [
            "", "hello", "{", "[]", "null", "7", "\"text\"", "{}", """{"type":7}""", """{"type":"A B"}""", """{"type":"stream_closing"}""",
            """{"id":"5-1"}""", """{"id":"x","type":""", """{"type":"a","session_id":"other"}""", new string('[', 5000), "\u0000",
        ];

        foreach (var message in garbage) Publish(message);
        var head = (await AppendAsync(Envelopes.Thought())).Head;

        await listener.HeardAsync(1, Cancel);
        listener.Cursors.ShouldBe([head]);
        listener.Unlogged.ShouldBeEmpty();
        skipped.Sum.ShouldBe(garbage.Length);
        logger.Entries.Count(entry => entry.Id.Name == "RedisMessageSkipped").ShouldBe(1);
    }

    [Fact]
    public async Task DisposeAsync_LeavesNoChannel_WhenTheLastListenerGoes()
    {
        var first = await Bus.SubscribeAsync(Stream, new RecordingListener(), Cancel);
        var second = await Bus.SubscribeAsync(Stream, new RecordingListener(), Cancel);
        Channels().ShouldBe([Stream.ToString()]);
        Bus.Subscriptions.ShouldBe(1);

        await first.DisposeAsync();
        Channels().ShouldBe([Stream.ToString()]);
        await second.DisposeAsync();

        await Eventually.TrueAsync(() => Channels().Count == 0, Cancel);
        Bus.Subscriptions.ShouldBe(0);
    }

    [Fact]
    public async Task SubscribeAsync_CountsEachSubscription_WhenOneListenerSubscribesTwice()
    {
        var listener = new RecordingListener();
        var first = await Bus.SubscribeAsync(Stream, listener, Cancel);
        await using var second = await Bus.SubscribeAsync(Stream, listener, Cancel);

        await first.DisposeAsync();
        await AppendAsync(Envelopes.Thought());

        await listener.HeardAsync(1, Cancel);
    }

    [Fact]
    public async Task SubscribeAsync_ServesTheLastListener_WhenManyJoinAndLeaveAtOnce()
    {
        for (var round = 0; round < 20; round++)
        {
            var last = new RecordingListener();
            var passers = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
            {
                for (var i = 0; i < 5; i++) await (await Bus.SubscribeAsync(Stream, new RecordingListener(), Cancel)).DisposeAsync();
            }, Cancel)).ToArray();
            await using var subscription = await Bus.SubscribeAsync(Stream, last, Cancel);
            await Task.WhenAll(passers);

            var head = (await AppendAsync(Envelopes.Thought())).Head;

            await last.HeardAsync(1, Cancel);
            last.Cursors.ShouldBe([head]);
        }
        await Eventually.TrueAsync(() => Channels().Count == 0, Cancel);
    }

    [Fact]
    public async Task SubscribeAsync_LeavesNothingBehind_WhenItIsCancelled()
    {
        for (var round = 0; round < 50; round++)
        {
            using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var joining = Bus.SubscribeAsync(Stream, new RecordingListener(), cancelled.Token).AsTask();
            await cancelled.CancelAsync();
            try
            {
                await (await joining).DisposeAsync();
            }
            catch (OperationCanceledException)
            {
                // Both outcomes are right, as long as no connection stays subscribed.
            }
        }

        await Eventually.TrueAsync(() => Channels().Count == 0, Cancel);
        Bus.Subscriptions.ShouldBe(0);
        var listener = new RecordingListener();
        await using var subscription = await Bus.SubscribeAsync(Stream, listener, Cancel);
        await AppendAsync(Envelopes.Thought());
        await listener.HeardAsync(1, Cancel);
    }

    private void Publish(string message) => Probe.Number("PUBLISH", Stream.ToString(), message).ShouldBe(1);

    private IReadOnlyList<string> Channels() => Probe.List("PUBSUB", "CHANNELS", Stream.ToString());
}
