using System.CommandLine;
using EventStream.Benchmarks.Processes;
using EventStream.Bus.Redis;

namespace EventStream.Benchmarks.Commands;

/// <summary>Measures the memory of a session, a stream and a feed.</summary>
internal static class MemoryCommand
{
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();
    private static readonly Option<int[]> Streams = CommonOptions.Numbers("--streams", [1000, 5000], 100, 15_000, "Two numbers of idle streams; their difference counts.");

    public static Command Create()
    {
        var command = new Command("memory", "Memory of a session on Redis as a formula, and of idle streams, feeds and frames on the server. Starts both.") { Streams, Markdown };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (parsed.GetValue(Streams) is not [var few, var many] || few >= many) throw new BenchmarkException("--streams must be two numbers, the smaller one first, such as 1000,5000.");
        await using (var redis = await OwnRedis.StartAsync())
        {
            await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = redis.EndPoint });
            using var asking = await RedisSocket.ConnectAsync(redis.EndPoint);
            (await new RedisMemory(bus, asking).MeasureAsync()).Print(parsed.GetValue(Markdown));
        }
        Console.WriteLine();
        await using var site = await Site.StartAsync(server: null, redis: null);
        // Collects garbage every 4 MiB, so that garbage doesn't count as held memory.
        site.Environment["DOTNET_GCgen0size"] = "400000";
        await using var siteBus = new RedisEventBus(new RedisBusOptions { ConnectionString = site.Redis });
        (await new ServerMemory(site, siteBus, few, many).MeasureAsync()).Print(parsed.GetValue(Markdown));
        return 0;
    }
}
