using System.CommandLine;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Bus.Redis;
using EventStream.Dispatching;

namespace EventStream.Benchmarks.Commands;

/// <summary>Measures what an event of a project costs over a plain one; with clients, how soon all of them have it.</summary>
internal static class ProjectCommand
{
    private static readonly Option<Uri?> Server = CommonOptions.Server();
    private static readonly Option<string?> Redis = CommonOptions.Redis();
    private static readonly Option<int[]> Batches = CommonOptions.Numbers("--batches", [1, 100], 1, 1000, "Events under way at once in each session, or in one POST, such as 1,100.");
    // 10,000 at most: the log of the project is read whole afterwards.
    private static readonly Option<int> Events = CommonOptions.Number("--events", 8000, 100, 10_000, "Events of each measurement.");
    private static readonly Option<int> Sessions = CommonOptions.Number("--sessions", 8, 1, 100, "Sessions that publish side by side.");
    private static readonly Option<int> TextBytes = CommonOptions.Number("--bytes", 150, 0, 500, "Bytes of text in each event.");
    private static readonly Option<int> Rounds = CommonOptions.Number("--rounds", 5, 1, 100, "How often each is measured, in turn; the medians are printed.");
    private static readonly Option<int> Clients = CommonOptions.Number("--clients", 0, 0, 1000, "Clients that watch one project: measure the latency instead of the cost.");
    private static readonly Option<int> Rate = CommonOptions.Number("--rate", 100, 1, 10_000, "With --clients: events a second, all sessions together.");
    private static readonly Option<int> Seconds = CommonOptions.Number("--seconds", 10, 1, 600, "With --clients: how long to measure, after 2 seconds of warming up.");
    private static readonly Option<bool> OverHttp = new("--http") { Description = "With --clients: publish by POST instead of a dispatcher on Redis." };
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();

    public static Command Create()
    {
        var command = new Command("project", "Throughput and processor time of events with and without a project, by dispatcher and by POST. With --clients: the time from publishing until all clients of one project have received.")
        {
            Server, Redis, Batches, Events, Sessions, TextBytes, Rounds, Clients, Rate, Seconds, OverHttp, Markdown,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        await using var site = await Site.StartAsync(parsed.GetValue(Server), parsed.GetValue(Redis));
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = site.Redis });
        await using var dispatcher = new EventDispatcher(bus);
        using var http = new HttpClient { BaseAddress = site.Server };
        var table = parsed.GetValue(Clients) > 0
            ? await MeasureLatencyAsync(parsed, site, new ProjectPublisher(dispatcher, http, parsed.GetValue(TextBytes)))
            : await MeasureCostAsync(parsed, site, new ProjectWays(bus, new ProjectPublisher(dispatcher, http, parsed.GetValue(TextBytes)), parsed.GetValue(Sessions)));
        table.Print(parsed.GetValue(Markdown));
        return 0;
    }

    private static async Task<Table> MeasureCostAsync(ParseResult parsed, Site site, ProjectWays ways)
    {
        using var redis = await RedisSocket.ConnectAsync(site.Redis);
        var (events, rounds) = (parsed.GetValue(Events), parsed.GetValue(Rounds));
        var table = new Table("published by", "at once", "events", "events/s", "ratio", "client CPU per event", "server CPU per event", "ratio", "Redis CPU per event", "ratio");
        foreach (var overHttp in (bool[])[false, true])
        {
            foreach (var batch in parsed.GetValue(Batches)!)
            {
                var costs = new Dictionary<bool, List<ProjectCost>> { [false] = [], [true] = [] };
                for (var round = -1; round < rounds; round++)
                {
                    foreach (var hasProject in (bool[])[false, true])
                    {
                        var cost = await ProjectCost.MeasureAsync(redis, site.ProcessId, () => ways.RunAsync(overHttp, hasProject, events, batch), events);
                        await ways.CheckAsync();
                        if (round >= 0) costs[hasProject].Add(cost);
                    }
                }
                var plain = ProjectCost.Median(costs[false]);
                foreach (var hasProject in (bool[])[false, true])
                {
                    var cost = ProjectCost.Median(costs[hasProject]);
                    // A dispatcher writes to Redis directly, so the server did nothing.
                    var server = overHttp ? cost.ServerCpu : null;
                    table.Add(overHttp ? "POST" : "dispatcher", $"{batch}", hasProject ? "project" : "plain",
                        $"{cost.Append.EventsPerSecond:F0}", $"{cost.Append.EventsPerSecond / plain.Append.EventsPerSecond:F2}", $"{cost.Append.ClientCpu:F1} µs",
                        server is null ? "–" : $"{server:F1} µs", server is null ? "–" : $"{server / plain.ServerCpu:F1}",
                        $"{cost.Append.RedisCpu:F1} µs", $"{cost.Append.RedisCpu / plain.Append.RedisCpu:F1}");
                }
            }
        }
        return table;
    }

    private static async Task<Table> MeasureLatencyAsync(ParseResult parsed, Site site, ProjectPublisher publisher)
    {
        var (clients, sessions, rate, overHttp) = (parsed.GetValue(Clients), parsed.GetValue(Sessions), parsed.GetValue(Rate), parsed.GetValue(OverHttp));
        var sample = await new ProjectCrowd(site.Server, publisher, overHttp, clients, sessions).MeasureAsync(rate, parsed.GetValue(Seconds));
        var table = new Table("published by", "clients", "sessions", "events/s", "deliveries", "p50", "p99", "max");
        table.Add(overHttp ? "POST" : "dispatcher", $"{clients}", $"{sessions}", $"{rate}", $"{sample.Count}", $"{sample.P50:F2} ms", $"{sample.P99:F2} ms", $"{sample.Max:F2} ms");
        return table;
    }
}
