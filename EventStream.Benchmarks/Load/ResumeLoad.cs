using EventStream.Benchmarks.Processes;
using EventStream.Bus.Redis;
using EventStream.Dispatching;
using EventStream.Events;

namespace EventStream.Benchmarks.Load;

/// <summary>Streams that all return at once and read a log that they have missed.</summary>
internal sealed class ResumeLoad(LoadTarget target, LoadScenario scenario, string prefix, string? label)
{
    private readonly long _silence = (long)(1e9 * scenario.SilenceSeconds);

    public async Task<LoadFigures> RunAsync()
    {
        await FillAsync();
        using var redis = await RedisSocket.ConnectAsync(target.NeededRedis);
        var work = await RedisWork.ReadAsync(redis);
        var figures = await Task.Factory.StartNew(Resume, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var done = await RedisWork.ReadAsync(redis);
        return figures with { LogReads = done.CallsSince(work, "xrange", "xrevrange"), Scripts = done.CallsSince(work, "eval", "evalsha") };
    }

    private async Task FillAsync()
    {
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = target.NeededRedis });
        await using var dispatcher = new EventDispatcher(bus);
        var text = new EventText(prefix, scenario.Bytes);
        for (var number = 0; number < scenario.Missed; number++)
        {
            for (var session = 0; session < scenario.Sessions; session++)
                await dispatcher.PublishAsync($"{prefix}{session}", EventText.TypeName, EventPayload.Parse(text.Payload(new Marker(session, number, LoadClock.Now))));
        }
        await dispatcher.FlushAsync();
    }

    private LoadFigures Resume()
    {
        using var sockets = new SocketSet();
        using var streams = new StreamSet(sockets, target.Url, prefix, scenario.Streams, scenario.Sessions, cursor: "0-0");
        var (server, redis) = (ProcessSample.Of(target.ServerIds), ProcessSample.Of(target.RedisIds));
        var start = LoadClock.Now;
        streams.Open();
        var expected = (long)streams.Opened * scenario.Missed;
        while (streams.Tally.Delivered < expected && LoadClock.Now - Math.Max(start, streams.Tally.LastArrival) < _silence) sockets.Poll(50_000_000);
        var seconds = (streams.Tally.LastArrival - start) / 1e9;
        var (serverCpu, redisCpu) = (ProcessSample.Of(target.ServerIds).CpuSince(server), ProcessSample.Of(target.RedisIds).CpuSince(redis));
        sockets.PollFor(TimeSpan.FromMilliseconds(50));
        return new LoadFigures
        {
            Scenario = scenario.Name,
            Label = label,
            PublishedBy = "dispatcher",
            Streams = scenario.Streams,
            Sessions = scenario.Sessions,
            Refused = streams.Refused,
            Dropped = streams.Dropped,
            Events = scenario.Missed * scenario.Sessions,
            Delivered = streams.Tally.Delivered,
            Lost = streams.LostOf([.. Enumerable.Repeat(scenario.Missed, scenario.Sessions)]),
            Repeated = streams.Tally.Repeated,
            Disordered = streams.Tally.Disordered,
            Strayed = streams.Tally.Strayed,
            Seconds = seconds,
            DeliveriesPerSecond = streams.Tally.Delivered / seconds,
            EventsPerSecond = scenario.Missed / seconds,
            ServerMicroseconds = target.ServerIds.Length == 0 ? null : 1e6 * serverCpu / streams.Tally.Delivered,
            RedisMicroseconds = target.RedisIds.Length == 0 ? null : 1e6 * redisCpu / streams.Tally.Delivered,
            Trouble = streams.FirstTrouble,
        };
    }
}
