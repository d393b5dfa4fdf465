using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Dispatching;
using EventStream.Listening;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

/// <summary>What a worker that goes straight to Redis says of an outage.</summary>
[Needs(Need.Redis)]
public sealed class RedisOutageLogTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dispatcher_SaysOneLineWhenRedisGoes_AndOneWhenItIsBack()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        var (bus, log) = (new RecordingLogger<RedisEventBus>(), new RecordingLogger<EventDispatcher>());
        await using var services = new ServiceCollection().AddSingleton<ILogger<RedisEventBus>>(bus).AddSingleton<ILogger<EventDispatcher>>(log).AddEventDispatcher(options => options.Redis = redis.ConnectionString).BuildServiceProvider();
        var events = services.GetRequiredService<EventDispatcher>();
        await events.PublishAndConfirmAsync("s", "note", new { }, cancellationToken: Cancel);

        await redis.StopAsync();
        await events.PublishAsync("s", "note", new { }, cancellationToken: Cancel);
        await Eventually.TrueAsync(() => log.Lines.Contains("Warning BusStoppedAnswering"), Cancel);
        await redis.StartAsync();
        await events.FlushAsync(Cancel);

        await Eventually.TrueAsync(() => log.Lines.Contains("Information BusAnswersAgain"), Cancel);
        log.Lines.ShouldBe(["Warning BusStoppedAnswering", "Information BusAnswersAgain"]);
        bus.Lines.Where(line => !line.StartsWith("Debug ", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Listener_SaysOneLineWhenRedisGoes_AndOneWhenItIsBack()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        var (bus, log) = (new RecordingLogger<RedisEventBus>(), new RecordingLogger<StreamListener>());
        await using var services = new ServiceCollection().AddSingleton<ILogger<RedisEventBus>>(bus).AddSingleton<ILogger<StreamListener>>(log).AddEventListener(options => options.Redis = redis.ConnectionString).BuildServiceProvider();
        var listener = services.GetRequiredService<StreamListener>();
        await ReadAsync(listener, onlyGreeting: true, Cancel);

        // One that reads already, and of which nothing comes, would notice within a minute.
        await redis.StopAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var reading = ReadAsync(listener, onlyGreeting: false, leaving.Token);
        await Eventually.TrueAsync(() => log.Lines.Contains("Warning ListeningInterrupted"), Cancel);
        await redis.StartAsync();

        await Eventually.TrueAsync(() => log.Lines.Contains("Information ListeningResumed"), Cancel);
        log.Lines.ShouldBe(["Warning ListeningInterrupted", "Information ListeningResumed"]);
        bus.Lines.Where(line => !line.StartsWith("Debug ", StringComparison.Ordinal)).ShouldBeEmpty();
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(reading);
    }

    private static async Task ReadAsync(StreamListener listener, bool onlyGreeting, CancellationToken cancellationToken)
    {
        await foreach (var _ in listener.ReadAsync(StreamKey.Session("s"), StartFrom.Earliest, cancellationToken))
        {
            if (onlyGreeting) return;
        }
    }
}
