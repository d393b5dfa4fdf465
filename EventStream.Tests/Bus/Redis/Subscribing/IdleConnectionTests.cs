using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis.Subscribing;

[Needs(Need.Redis)]
public sealed class IdleConnectionTests
{
    [Theory]
    [InlineData("cmdstat_ping", 60)]
    [InlineData("cmdstat_publish", 1.5)]
    public async Task SubscribingConnection_IsKept_WhileRedisAnswersItsProbes(string probe, double interval)
    {
        await using var redis = await RedisServer.StartOwnAsync();
        var logger = new RecordingLogger<RedisEventBus>();
        await using var bus = new RedisEventBus(
            new RedisBusOptions { ConnectionString = redis.ConnectionString, CommandTimeout = TimeSpan.FromSeconds(2), ProbeInterval = TimeSpan.FromSeconds(interval) }, logger: logger);
        var listener = new RecordingListener();
        await using var subscription = await bus.SubscribeAsync(StreamKey.Session("s"), listener, TestContext.Current.CancellationToken);
        using var asked = await RedisProbe.ConnectAsync(redis, TestContext.Current.CancellationToken);
        var before = Calls();

        await Eventually.TrueAsync(() => Calls() >= before + 4, TestContext.Current.CancellationToken);

        listener.Interruptions.ShouldBe(0);
        logger.Entries.ShouldNotContain(entry => entry.Id.Name == "RedisSubscriberLost" || entry.Id.Name == "RedisSubscriberDeaf");

        int Calls() => asked.Text("INFO", "commandstats")!.Split('\n').FirstOrDefault(line => line.StartsWith($"{probe}:", StringComparison.Ordinal)) is { } line ? int.Parse(line.Split('=', ',')[1]) : 0;
    }
}
