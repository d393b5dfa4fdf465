using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Dispatching;
using EventStream.Events;

namespace EventStream.Benchmarks.Commands;

/// <summary>What <c>redis-benchmark</c> reaches with the log's own script and arguments, and the dispatcher beside it with as many appends under way.</summary>
internal sealed partial class AppendCeiling(string endPoint, RedisSocket redis, RedisEventBus bus, int textBytes)
{
    private const int Connections = 4;
    private const int Pipelined = 16;
    private const int UnderWay = Connections * Pipelined;

    // redis-benchmark can't count, and a sequence that was seen is a duplicate: so Redis counts, a thousand for each call.
    private const string Counting = "ARGV[15] = redis.call('INCRBY', 'counting', 1000)\n";

    public async Task PrintAsync(int[] batches, int events, int rounds, bool markdown)
    {
        var table = new Table("to a round trip", "redis-benchmark, events/s", "EventDispatcher, events/s", "its mean batch", "ratio");
        var counting = await CountingSecondsAsync();
        foreach (var batch in batches)
        {
            List<double> ceilings = [], rates = [], sizes = [];
            for (var round = -1; round < rounds; round++)
            {
                var ceiling = await BenchmarkAsync(batch, events, counting);
                var (rate, size) = await DispatchAsync(batch, events);
                if (round < 0) continue;
                ceilings.Add(ceiling);
                rates.Add(rate);
                sizes.Add(size);
            }
            var ratio = new Sample(rates.Zip(ceilings, (rate, ceiling) => rate / ceiling)).P50;
            table.Add($"{batch}", $"{new Sample(ceilings).P50:F0}", $"{new Sample(rates).P50:F0}", $"{new Sample(sizes).P50:F1}", $"{ratio:F2}");
        }
        table.Print(markdown);
        Console.WriteLine($"redis-benchmark -c {Connections} -P {Pipelined}; the line that numbers its calls costs {1e6 * counting:F2} µs of each, which is taken off.");
    }

    private async Task<double> BenchmarkAsync(int batch, int events, double counting)
    {
        var session = NumberedEvents.NewSession("ceiling");
        var stream = StreamKey.Session(session);
        var request = new AppendRequest
        {
            Stream = stream,
            Events = [.. Enumerable.Range(0, batch).Select(number => NumberedEvents.Create(session, number, textBytes))],
            Producer = new ProducerPosition("redis-benchmark", 1),
        };
        var sha = await redis.AskAsync("SCRIPT", "LOAD", Counting + await ScriptAsync());
        var calls = Math.Max(UnderWay, events / batch);
        var colon = endPoint.LastIndexOf(':');
        string[] arguments =
        [
            "-h", endPoint[..colon], "-p", endPoint[(colon + 1)..], "-c", $"{Connections}", "-P", $"{Pipelined}", "-n", $"{calls}", "-q", "EVALSHA", sha, "4",
            .. RedisNames.All(stream).Select(key => key.ToString()),
            .. RedisAppend.Arguments(request, Cursor.Zero, new LogOptions(), TimeProvider.System.GetUtcNow()).Select(argument => argument.ToString()),
        ];
        var said = await Tool.RunAsync("redis-benchmark", arguments);
        var perSecond = Rate().Matches(said) is [.., var last] ? double.Parse(last.Groups["rate"].Value, CultureInfo.InvariantCulture) : throw new InvalidDataException($"redis-benchmark said: {said}");
        var head = (await bus.ReadAsync(stream, Cursor.Zero, 0)).Head.Offset;
        if (head < (long)calls * batch || head % batch != 0) throw new InvalidDataException($"redis-benchmark's log stands at {head} after {calls} calls of {batch} events.");
        return batch / (1 / perSecond - counting);
    }

    private async Task<(double PerSecond, double MeanBatch)> DispatchAsync(int batch, int events)
    {
        var appends = 0;
        await using var dispatcher = new EventDispatcher(bus, new DispatcherOptions { Capacity = Math.Max(10_000, 2 * UnderWay * batch), OnAppended = (_, _) => Interlocked.Increment(ref appends) });
        // While a batch is under way the next one gathers.
        var lanes = UnderWay * (batch == 1 ? 1 : 2 * batch);
        var sessions = Enumerable.Range(0, UnderWay).Select(_ => NumberedEvents.NewSession("dispatched")).ToArray();
        var started = 0;
        var since = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(async lane =>
        {
            for (int number; (number = Interlocked.Increment(ref started)) <= events;)
                await dispatcher.PublishAndConfirmAsync(sessions[lane % UnderWay], NumberedEvents.Type, NumberedEvents.Payload(number, textBytes));
        }));
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var stored = 0L;
        foreach (var session in sessions) stored += (await bus.ReadAsync(StreamKey.Session(session), Cursor.Zero, 0)).Head.Offset;
        if (stored != events) throw new InvalidDataException($"{stored} of {events} events are stored.");
        return (events / seconds, events / (double)appends);
    }

    private async Task<double> CountingSecondsAsync()
    {
        const int Times = 500_000;
        var before = await RedisWork.ReadAsync(redis);
        await redis.AskAsync("EVAL", $"for i = 1, {Times} do {Counting.Trim()} end return 1", "0");
        var loop = (await RedisWork.ReadAsync(redis)).CpuSeconds - before.CpuSeconds;
        return loop / Times;
    }

    private static async Task<string> ScriptAsync()
    {
        using var reader = new StreamReader(typeof(RedisEventBus).Assembly.GetManifestResourceStream("EventStream.Bus.Redis.Scripts.append.lua")!);
        return await reader.ReadToEndAsync();
    }

    [GeneratedRegex(@"(?<rate>\d+(\.\d+)?) requests per second", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rate();
}
