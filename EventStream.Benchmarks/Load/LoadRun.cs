using EventStream.Benchmarks.Processes;
using EventStream.Bus.Redis;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Benchmarks.Load;

/// <summary>Runs one scenario against one server.</summary>
internal sealed class LoadRun(LoadTarget target, LoadScenario scenario, string? label = null)
{
    // The server may still work after it has answered the last stream, such as subscribing on Redis.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(0.5);

    // The processor time of an idle server within the settling time, including its timers.
    private const double IdleCpuSeconds = 0.02;
    private const long MaxSettlingNanoseconds = 30_000_000_000;

    // New session names, so that a run never meets the log or the lingering feed of another.
    private readonly string _prefix = $"{Guid.NewGuid().ToString("N")[..6]}-";

    private UrlTemplate Url => scenario.Dialect is { } dialect ? target.Url.With(dialect.Query) : target.Url;

    public async Task<LoadFigures> RunAsync()
    {
        Linux.RaiseOpenFiles(scenario.Streams + 500);
        if (scenario.Dialect is not null) await StartRunsAsync();
        if (scenario.Kind == LoadKind.Resume) return await new ResumeLoad(target, scenario, _prefix, label).RunAsync();
        // A dedicated thread, so that the loop waits for its sockets only.
        return await await Task.Factory.StartNew(RunOnThreadAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private async Task<LoadFigures> RunOnThreadAsync()
    {
        using var sockets = new SocketSet();
        if (scenario.Kind == LoadKind.Idle) WarmUp(sockets);
        using var streams = new StreamSet(sockets, Url, _prefix, scenario.Streams, scenario.Sessions);
        var before = ProcessSample.Of(target.ServerIds);
        streams.Open();
        sockets.PollFor(Settling);
        if (scenario.Kind == LoadKind.Idle) return Idle(sockets, streams, before);
        // Nothing is awaited before the figures are there: an await would move the loop to another thread.
        var publisher = target.Publisher(sockets, _prefix, new EventText(_prefix, scenario.Bytes), scenario.Dialect is null ? null : LoadDialect.RunId);
        await using (publisher) return Deliver(sockets, streams, publisher);
    }

    private async Task StartRunsAsync()
    {
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = target.NeededRedis });
        await using var dispatcher = new EventDispatcher(bus);
        for (var session = 0; session < scenario.Sessions; session++)
            await dispatcher.PublishAsync($"{_prefix}{session}", new RunStarted { RunId = LoadDialect.RunId }, new PublishOptions { RunId = LoadDialect.RunId });
        await dispatcher.FlushAsync();
    }

    private LoadFigures Deliver(SocketSet sockets, StreamSet streams, ILoadPublisher publisher)
    {
        var phase = new LoadPhase(sockets, streams, publisher, scenario);
        if (scenario.WarmUpSeconds > 0)
        {
            phase.Run(scenario.WarmUpSeconds);
            sockets.PollFor(TimeSpan.FromSeconds(0.2));
        }
        var (server, redis, self) = (ProcessSample.Of(target.ServerIds), ProcessSample.Of(target.RedisIds), ProcessSample.Of([Environment.ProcessId]));
        var allocated = GC.GetTotalAllocatedBytes();
        phase.Run(scenario.Seconds);
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        var after = ProcessSample.Of(target.ServerIds);
        var tally = streams.Tally;
        var own = ProcessSample.Of([Environment.ProcessId]).CpuSince(self);
        return Checked(streams) with
        {
            PublishedBy = target.PublishBy.ToString().ToUpperInvariant() is "PUBLISH" ? "PUBLISH" : target.PublishBy.ToString().ToLowerInvariant(),
            Events = phase.Events,
            Delivered = tally.Delivered,
            Lost = streams.LostOf(phase.Published),
            Seconds = phase.Seconds,
            DeliveriesPerSecond = tally.Delivered / phase.Seconds,
            EventsPerSecond = phase.Events / phase.Seconds,
            ServerMicroseconds = PerDelivery(target.ServerIds, after.CpuSince(server)),
            GrownBytes = target.ServerIds.Length == 0 ? null : after.ResidentBytes - server.ResidentBytes,
            RedisMicroseconds = PerDelivery(target.RedisIds, ProcessSample.Of(target.RedisIds).CpuSince(redis)),
            GeneratorMicroseconds = PerDelivery([0], own),
            GeneratorPercent = 100 * own / phase.Seconds,
            AllocatedBytes = allocated,
            P50 = tally.Latency.At(0.5),
            P99 = tally.Latency.At(0.99),
            Max = tally.Latency.Max / 1e6,
            SendLagP99 = scenario.Kind == LoadKind.Paced ? phase.SendLag.At(0.99) : null,
            Trouble = publisher.Trouble ?? (streams.Refused + streams.Dropped > 0 ? streams.FirstTrouble : null),
        };

        double? PerDelivery(int[] processes, double seconds) => processes.Length == 0 || tally.Delivered == 0 ? null : 1e6 * seconds / tally.Delivered;
    }

    private LoadFigures Idle(SocketSet sockets, StreamSet streams, ProcessSample before)
    {
        var connected = ProcessSample.Of(target.ServerIds);
        sockets.PollFor(TimeSpan.FromSeconds(scenario.Seconds));
        var held = ProcessSample.Of(target.ServerIds);
        return Checked(streams) with
        {
            BytesPerStream = target.ServerIds.Length == 0 || scenario.Seconds == 0 ? null : (held.ResidentBytes - before.ResidentBytes) / (double)streams.Opened,
            ConnectMicroseconds = target.ServerIds.Length == 0 ? null : 1e6 * connected.CpuSince(before) / streams.Opened,
            Trouble = streams.FirstTrouble,
        };
    }

    private LoadFigures Checked(StreamSet streams) => new()
    {
        Scenario = scenario.Name,
        Label = label,
        Streams = scenario.Streams,
        Sessions = scenario.Sessions,
        Refused = streams.Refused,
        Dropped = streams.Dropped,
        Repeated = streams.Tally.Repeated,
        Disordered = streams.Tally.Disordered,
        Strayed = streams.Tally.Strayed,
    };

    private void WarmUp(SocketSet sockets)
    {
        var count = Math.Min(scenario.WarmUpStreams, scenario.Streams);
        using (var streams = new StreamSet(sockets, Url, $"{_prefix}warm-", count, count))
        {
            streams.Open();
            if (streams.Opened < count) throw new BenchmarkException($"{count - streams.Opened} of {count} streams of the warm-up didn't open: {streams.FirstTrouble}");
        }
        // Closing streams costs the server work too, which isn't part of the measurement: waits until the server is idle.
        var (since, last) = (LoadClock.Now, default(ProcessSample));
        do
        {
            last = ProcessSample.Of(target.ServerIds);
            sockets.PollFor(Settling);
        }
        while (ProcessSample.Of(target.ServerIds).CpuSince(last) > IdleCpuSeconds && LoadClock.Now - since < MaxSettlingNanoseconds);
    }
}
