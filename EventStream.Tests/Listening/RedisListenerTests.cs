using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Listening;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Listening;

[Needs(Need.Redis)]
public sealed class RedisListenerTests(RedisServer redis) : StreamListenerContract, IAsyncLifetime
{
    private RedisEventBus _bus = null!;
    private StreamListener _listener = null!;

    private protected override IEventBus Bus => _bus;

    private protected override StreamListener Listener => _listener;

    private protected override int Subscriptions => _bus.Subscriptions;

    public async ValueTask InitializeAsync()
    {
        await redis.StartAsync();
        _bus = new RedisEventBus(new RedisBusOptions { ConnectionString = redis.ConnectionString });
        _listener = new StreamListener(_bus);
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _bus.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task ReadAsync_TellsTheGap_WhenTheLogWasLostAndBeganANewEpoch()
    {
        await using var client = Read(StartFrom.Earliest);
        await client.StartAsync();
        var cursors = await AppendAsync(Envelopes.Thoughts(3));
        await client.NextAsync(3);
        using var probe = await RedisProbe.ConnectAsync(redis, Cancel);
        probe.Ask("DEL", $"session:{{{Stream.Id}}}:log", $"session:{{{Stream.Id}}}:meta");
        var next = await AppendAsync(Envelopes.Thoughts(2));
        next[0].Epoch.ShouldBeGreaterThan(cursors[0].Epoch);
        var gap = await client.NextGapAsync();
        (gap.From, gap.To).ShouldBe(($"{cursors[2]}", $"{next[0].Previous}"));
        (await client.NextAsync(2)).Select(item => item.Cursor!.Value).ShouldBe(next);
    }

    [Fact]
    public async Task ReadAsync_GivesForeignMessagesWithoutACursor()
    {
        await using var client = Read(StartFrom.Live);
        await client.StartAsync();
        using var probe = await RedisProbe.ConnectAsync(redis, Cancel);
        probe.Ask("PUBLISH", $"session:{Stream.Id}", """{"type":"note","payload":{"a":1}}""");
        var note = await client.NextAsync();
        (note.Cursor, note.Event.Type, note.Event.SessionId, note.Event.Payload.ToString()).ShouldBe((null, "note", Stream.Id, """{"a":1}"""));
    }

    [Fact]
    public async Task ReadAsync_LosesNothing_WhenRedisIsKilledAndRestarted()
    {
        await using var own = await RedisServer.StartOwnAsync(isDurable: true);
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = own.ConnectionString });
        await using var publisher = new RedisEventBus(new RedisBusOptions { ConnectionString = own.ConnectionString });
        var log = new RecordingLogger<StreamListener>();
        await using var client = new ListenerClient(new StreamListener(bus, logger: log), Stream, StartFrom.Earliest);
        await client.StartAsync();
        var sent = Envelopes.Thoughts(60);
        var publishing = Task.Run(async () =>
        {
            foreach (var batch in sent.Chunk(2))
                await AppendRetry.AppendAsync(publisher, new AppendRequest { Stream = Stream, Events = batch }, Timeouts.Default, TimeProvider.System, cancellationToken: Cancel);
        }, Cancel);
        var items = new List<StreamEvent>(await client.NextAsync(10));
        for (var round = 0; round < 2; round++)
        {
            await own.StopAsync();
            await own.StartAsync();
            items.AddRange(await client.NextAsync(15));
        }
        items.AddRange(await client.NextAsync(20));
        await publishing;
        items.Select(item => item.Event.EventId).ShouldBe(sent.Select(thought => thought.EventId));
        log.Traces.ShouldBe(0);
        await client.CancelAsync();
        await Eventually.TrueAsync(() => bus.Subscriptions == 0, Cancel);
    }

    [Fact]
    public async Task ReadAsync_Throws_WhenRedisRefusesForGood()
    {
        await using var own = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(own, Cancel);
        probe.Ask("ACL", "SETUSER", "default", "-@scripting");
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = own.ConnectionString });
        await using var client = new ListenerClient(new StreamListener(bus), Stream, StartFrom.Earliest);
        (await Should.ThrowAsync<BusUnavailableException>(() => client.NextAsync())).Refusal!.Reason.ShouldContain("lacks a right");
        await Eventually.TrueAsync(() => bus.Subscriptions == 0, Cancel);
    }
}
