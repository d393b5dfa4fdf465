using System.CommandLine;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;
using EventStream.Bus.Redis;
using StackExchange.Redis;

namespace EventStream.Benchmarks.Commands;

/// <summary>Measures what the log costs over plain PUBLISH.</summary>
internal static class AppendCommand
{
    private static readonly Option<string?> Redis = CommonOptions.Redis();
    private static readonly Option<int[]> Batches = CommonOptions.Numbers("--batches", [1, 10, 100], 1, 1000, "Events to a round trip, such as 1,10,100.");
    private static readonly Option<int> Events = CommonOptions.Number("--events", 40_000, 1000, 1_000_000, "Events of each measurement.");
    private static readonly Option<int> Sessions = CommonOptions.Number("--sessions", 8, 1, 1000, "Sessions side by side, each with one round trip under way.");
    private static readonly Option<int> TextBytes = CommonOptions.Number("--bytes", 150, 0, 200_000, "Bytes of text in each event.");
    private static readonly Option<int> Rounds = CommonOptions.Number("--rounds", 3, 1, 100, "How often each is measured, in turn; the medians are printed.");
    private static readonly Option<bool> Ceiling = new("--ceiling") { Description = "Compare only redis-benchmark and the dispatcher." };
    private static readonly Option<bool> Lone = new("--lone") { Description = "Measure only what an event costs that comes alone." };
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();

    public static Command Create()
    {
        var command = new Command("append", "Throughput, processor time and latency of events sent to Redis by PUBLISH, by the bus and by the dispatcher, with one subscriber; then the dispatcher beside redis-benchmark with the same script.")
        {
            Redis, Batches, Events, Sessions, TextBytes, Rounds, Ceiling, Lone, Markdown,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        await using var own = parsed.GetValue(Redis) is null ? await OwnRedis.StartAsync() : null;
        var endPoint = parsed.GetValue(Redis) ?? own!.EndPoint;
        await using var listener = await ListenCommand.StartAsync(endPoint);
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = endPoint });
        using var client = await ConnectionMultiplexer.ConnectAsync(endPoint);
        using var redis = await RedisSocket.ConnectAsync(endPoint);
        var ways = new AppendWays(bus, client.GetSubscriber(), parsed.GetValue(Sessions), parsed.GetValue(TextBytes));

        if (parsed.GetValue(Lone))
        {
            await LoneEvents.PrintAsync(bus, parsed.GetValue(TextBytes), parsed.GetValue(Rounds), parsed.GetValue(Markdown));
            return 0;
        }
        if (!parsed.GetValue(Ceiling))
        {
            await PrintThroughputAsync(parsed, ways, redis);
            Console.WriteLine();
            await PrintLatencyAsync(parsed, ways);
            Console.WriteLine();
        }
        await new AppendCeiling(endPoint, redis, bus, parsed.GetValue(TextBytes)).PrintAsync(parsed.GetValue(Batches)!, parsed.GetValue(Events), parsed.GetValue(Rounds), parsed.GetValue(Markdown));
        return 0;
    }

    private static async Task PrintThroughputAsync(ParseResult parsed, AppendWays ways, RedisSocket redis)
    {
        var (events, rounds) = (parsed.GetValue(Events), parsed.GetValue(Rounds));
        var table = new Table("to a round trip", "way", "events/s", "ratio", "client CPU per event", "Redis CPU per event", "ratio");
        foreach (var batch in parsed.GetValue(Batches)!)
        {
            await AddAsync($"{batch}", [("PUBLISH", () => ways.PublishAsync(events, batch)), ("log", () => ways.AppendAsync(events, batch))]);
        }
        await AddAsync("its own choice", [("PUBLISH, 1,000 under way", () => ways.PublishAsync(events, Math.Max(1, 1000 / ways.Sessions))), ("EventDispatcher", () => ways.DispatchAsync(events))]);
        table.Print(parsed.GetValue(Markdown));

        async Task AddAsync(string batch, (string Name, Func<Task> Run)[] pair)
        {
            var costs = pair.ToDictionary(way => way.Name, _ => new List<AppendCost>());
            for (var round = -1; round < rounds; round++)
            {
                foreach (var (name, run) in pair)
                {
                    var cost = await AppendCost.MeasureAsync(redis, run, events);
                    if (round >= 0) costs[name].Add(cost);
                }
            }
            var plain = AppendCost.Median(costs[pair[0].Name]);
            foreach (var (name, _) in pair)
            {
                var cost = AppendCost.Median(costs[name]);
                table.Add(batch, name, $"{cost.EventsPerSecond:F0}", $"{cost.EventsPerSecond / plain.EventsPerSecond:F2}", $"{cost.ClientCpu:F1} µs", $"{cost.RedisCpu:F1} µs", $"{cost.RedisCpu / plain.RedisCpu:F1}");
            }
        }
    }

    private static async Task PrintLatencyAsync(ParseResult parsed, AppendWays ways)
    {
        var table = new Table("one event, confirmed", "p50", "p99", "max");
        foreach (var (name, send) in ways.OneByOne())
        {
            var sample = await AppendWays.LatencyAsync(send, 5000);
            table.Add(name, $"{sample.P50:F0} µs", $"{sample.P99:F0} µs", $"{sample.Max:F0} µs");
        }
        table.Print(parsed.GetValue(Markdown));
    }
}
