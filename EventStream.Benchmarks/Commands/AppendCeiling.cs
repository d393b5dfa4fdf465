using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Bus.Redis.Scripts;
using EventStream.Bus.Redis.Wire;
using EventStream.Dispatching;
using EventStream.Events;

namespace EventStream.Benchmarks.Commands;

/// <summary>Measures what <c>redis-benchmark</c> reaches with the log's own script and arguments, and the dispatcher with as many appends under way.</summary>
internal sealed partial class AppendCeiling(string endPoint, RedisSocket redis, RedisEventBus bus, int textBytes)
{
    private const int Connections = 4;
    private const int Pipelined = 16;
    private const int UnderWay = Connections * Pipelined;

    // redis-benchmark can't count, and a repeated sequence number would make each call a duplicate: so Redis counts, a thousand for each call.
    // The number also picks the session, so that calls are spread over sessions as the dispatcher's are.
    private static readonly string Counting = $"""
        ARGV[15] = redis.call('INCRBY', 'counting', 1000)
        local session = ARGV[15] / 1000 % {UnderWay} .. ''
        KEYS[1], KEYS[2], KEYS[3], KEYS[4], ARGV[1] = KEYS[1] .. session, KEYS[2] .. session, KEYS[3] .. session, KEYS[4] .. session, ARGV[1] .. session

        """;

    public async Task PrintAsync(int[] batches, int events, int rounds, bool markdown)
    {
        var table = new Table("to a round trip", "redis-benchmark, events/s", "Redis CPU per event", "EventDispatcher, events/s", "its CPU per event", "Redis CPU per event", "its mean batch", "ratio", "spread");
        var counting = await CountingSecondsAsync();
        foreach (var batch in batches)
        {
            List<AppendCost> ceilings = [], rates = [];
            List<double> sizes = [];
            for (var round = -1; round < rounds; round++)
            {
                var (perSecond, size) = (0d, 0d);
                var rate = await AppendCost.MeasureAsync(redis, async () => (perSecond, size) = await DispatchAsync(batch, events), events);
                rate = rate with { EventsPerSecond = perSecond };
                // The dispatcher's batches only come close to the size that was asked for. redis-benchmark gets their mean size, so that both send as many events.
                var same = (int)Math.Round(size);
                var ceiling = await AppendCost.MeasureAsync(redis, async () => perSecond = await BenchmarkAsync(same, events, counting), events);
                ceiling = ceiling with { EventsPerSecond = perSecond, RedisCpu = ceiling.RedisCpu - 1e6 * counting / same };
                if (round < 0) continue;
                ceilings.Add(ceiling);
                rates.Add(rate);
                sizes.Add(size);
            }
            var ratio = new Sample(rates.Zip(ceilings, (rate, ceiling) => rate.EventsPerSecond / ceiling.EventsPerSecond));
            var (theirs, ours) = (AppendCost.Median(ceilings), AppendCost.Median(rates));
            table.Add($"{batch}", $"{theirs.EventsPerSecond:F0}", $"{theirs.RedisCpu:F1} µs", $"{ours.EventsPerSecond:F0}", $"{ours.ClientCpu:F1} µs", $"{ours.RedisCpu:F1} µs", $"{new Sample(sizes).P50:F1}", $"{ratio.P50:F2}", $"{ratio.At(0):F2}–{ratio.Max:F2}");
        }
        table.Print(markdown);
        Console.WriteLine($"redis-benchmark -c {Connections} -P {Pipelined}; the lines that number its calls and spread them over sessions cost {1e6 * counting:F2} µs of each, which are taken off.");
    }

    private async Task<double> BenchmarkAsync(int batch, int events, double counting)
    {
        var session = NumberedEvents.NewSession("ceiling");
        var stream = StreamKey.Session(session);
        var request = new AppendRequest
        {
            Stream = stream,
            // redis-benchmark replaces __rand_int__ by 12 random digits. Without them each call would pass the same text, and Lua would reuse its string.
            Events = [.. Enumerable.Range(0, batch).Select(number => NumberedEvents.Create(session, number, textBytes, eventId: "01980000-0000-7000-8000-__rand_int__"))],
            Producer = new ProducerPosition("redis-benchmark", 1),
        };
        var sha = await redis.AskAsync("SCRIPT", "LOAD", Counting + RedisScript.Append.Text);
        var calls = Math.Max(UnderWay, events / batch);
        var colon = endPoint.LastIndexOf(':');
        string[] arguments =
        [
            "-h", endPoint[..colon], "-p", endPoint[(colon + 1)..], "-c", $"{Connections}", "-P", $"{Pipelined}", "-n", $"{calls}", "-r", "1000000000", "-q", "EVALSHA", sha, $"{RedisNames.All(stream).Length}",
            .. RedisNames.All(stream).Select(key => key.ToString()),
            .. RedisAppend.Arguments(request, Cursor.Zero, acknowledged: 0, new LogOptions(), TimeProvider.System.GetUtcNow()).Select(argument => argument.ToString()),
        ];
        var said = await Tool.RunAsync("redis-benchmark", arguments);
        var perSecond = Rate().Matches(said) is [.., var last] ? double.Parse(last.Groups["rate"].Value, CultureInfo.InvariantCulture) : throw new InvalidDataException($"redis-benchmark said: {said}");
        var stored = 0L;
        for (var number = 0; number < UnderWay; number++) stored += long.Parse(await redis.AskAsync("HGET", $"{RedisNames.Meta(stream)}{number}", "o"), CultureInfo.InvariantCulture);
        if (stored < (long)calls * batch || stored % batch != 0) throw new InvalidDataException($"redis-benchmark's logs hold {stored} events after {calls} calls of {batch}.");
        return batch / (1 / perSecond - counting);
    }

    private async Task<(double PerSecond, double MeanBatch)> DispatchAsync(int batch, int events)
    {
        var appends = 0;
        await using var dispatcher = new EventDispatcher(bus, new DispatcherOptions { Capacity = Math.Max(10_000, 2 * UnderWay * batch), OnAppended = (_, _) => Interlocked.Increment(ref appends) });
        // While one batch is under way the next one gathers.
        var lanes = UnderWay * (batch == 1 ? 1 : 2 * batch);
        var sessions = Enumerable.Range(0, UnderWay).Select(_ => NumberedEvents.NewSession("dispatched")).ToArray();
        // redis-benchmark sends the same payloads again and again, so the dispatcher isn't charged for making them either.
        var payloads = Enumerable.Range(0, batch).Select(number => NumberedEvents.Payload(number, textBytes)).ToArray();
        var started = 0;
        var since = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(async lane =>
        {
            for (int number; (number = Interlocked.Increment(ref started)) <= events;)
                await dispatcher.PublishAndConfirmAsync(sessions[lane % UnderWay], NumberedEvents.Type, payloads[number % batch]);
        }));
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var stored = 0L;
        foreach (var session in sessions) stored += (await bus.ReadAsync(StreamKey.Session(session), Cursor.Zero, 0)).Head.Offset;
        if (stored != events) throw new InvalidDataException($"{stored} of {events} events are stored.");
        return (events / seconds, events / (double)appends);
    }

    private async Task<double> CountingSecondsAsync() => await LoopSecondsAsync(Counting) - await LoopSecondsAsync("");

    private async Task<double> LoopSecondsAsync(string line)
    {
        const int Times = 200_000;
        const string Names = "local KEYS, ARGV = { 'session:{ceiling}:log', 'session:{ceiling}:meta', 'session:{ceiling}:runs', 'session:{ceiling}:ids' }, { 'session:ceiling' }";
        var before = await RedisWork.ReadAsync(redis);
        await redis.AskAsync("EVAL", $"for i = 1, {Times} do {Names} {line} end return 1", "0");
        return ((await RedisWork.ReadAsync(redis)).CpuSeconds - before.CpuSeconds) / Times;
    }

    [GeneratedRegex(@"(?<rate>\d+(\.\d+)?) requests per second", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rate();
}
