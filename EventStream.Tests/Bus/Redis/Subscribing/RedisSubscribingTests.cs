using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Bus.Redis.Connections;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis.Subscribing;

/// <summary>The subscribing connection with a real server: the name it gives itself, and the messages it drops.</summary>
public sealed class RedisSubscribingTests(RedisServer redis) : RedisTest(redis)
{
    [Fact]
    public async Task SubscribeAsync_SkipsAndCounts_WhenAMessageIsTooLong()
    {
        using var skipped = new Measurements(Meters, "eventstream.redis.messages.skipped");
        var listener = new RecordingListener();
        await using var subscription = await Bus.SubscribeAsync(Stream, listener, Cancel);
        await AppendAsync(Envelopes.Thought());

        Probe.Number("PUBLISH", Stream.ToString(), new string('x', RespParser.MaxBytes + 1)).ShouldBe(1);
        Probe.Number("PUBLISH", Stream.ToString(), """{"type":"agent_thought","payload":{}}""").ShouldBe(1);
        var head = (await AppendAsync(Envelopes.Thought())).Head;

        await listener.HeardAsync(2, Cancel);
        listener.Cursors.Last().ShouldBe(head);
        listener.Unlogged.Count.ShouldBe(1);
        listener.Interruptions.ShouldBe(0);
        skipped.Sum.ShouldBe(1);
    }

    [Fact]
    public async Task SubscribeAsync_Works_WhenThePasswordIsRight()
    {
        await using var own = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(own, Cancel);
        probe.Ask("CONFIG", "SET", "requirepass", "sesame with spaces");
        await ShouldHearAsync(own, "sesame with spaces");

        await using var stranger = new RedisEventBus(new RedisBusOptions { ConnectionString = $"{own.ConnectionString},password=wrong", CommandTimeout = TimeSpan.FromMilliseconds(300) });
        await Should.ThrowAsync<BusUnavailableException>(async () => await stranger.SubscribeAsync(Stream, new RecordingListener(), Cancel));
    }

    [Fact]
    public async Task SubscribeAsync_Works_WithTheRightsOfTheDocumentation()
    {
        await using var own = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(own, Cancel);
        var document = await File.ReadAllTextAsync(Repository.PathOf("docs/operations.md"), Cancel);
        var rights = document[document.IndexOf("ACL SETUSER default", StringComparison.Ordinal)..];
        probe.Ask(rights[..rights.IndexOf("```", StringComparison.Ordinal)].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        await ShouldHearAsync(own, "SECRET");
    }

    private async Task ShouldHearAsync(RedisServer server, string password)
    {
        var listener = new RecordingListener();
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = $"{server.ConnectionString},password={password}" });
        await using var subscription = await bus.SubscribeAsync(Stream, listener, Cancel);
        var head = (await AppendAsync(bus, Envelopes.Thought())).Head;
        await listener.HeardAsync(1, Cancel);
        listener.Cursors.ShouldBe([head]);
        (await bus.ReadAsync(Stream, Cursor.Zero, 10, Cancel)).Entries.Count.ShouldBe(1);
    }
}
