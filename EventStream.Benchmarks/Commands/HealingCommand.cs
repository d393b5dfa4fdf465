using System.CommandLine;
using System.Diagnostics;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Bus.Redis;
using EventStream.Dispatching;

namespace EventStream.Benchmarks.Commands;

/// <summary>Cuts the connections that carry a steady stream of events, and measures the longest silence that a client sees.</summary>
internal static class HealingCommand
{
    private const int Clients = 10;
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(3);

    private static readonly Option<Uri?> Server = CommonOptions.Server();
    private static readonly Option<string?> Redis = CommonOptions.Redis();
    private static readonly Option<int> Rate = CommonOptions.Number("--rate", 200, 10, 10_000, "Events a second.");
    private static readonly Option<int> Cuts = CommonOptions.Number("--cuts", 10, 1, 1000, "How often to cut.");
    private static readonly Option<bool> Restart = new("--restart") { Description = "Kill Redis and start it again instead of cutting its subscribers' connections; with a Redis of its own (appendonly, appendfsync always)." };
    private static readonly Option<int> Absence = CommonOptions.Number("--absence", 1000, 0, 60_000, "With --restart: for how many milliseconds Redis stays down.");
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();

    public static Command Create()
    {
        var command = new Command("healing", "The longest silence that a client sees when the subscribers' connections to Redis are cut, or Redis is restarted, under a steady stream.")
        {
            Server, Redis, Rate, Cuts, Restart, Absence, Markdown,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var isRestart = parsed.GetValue(Restart);
        if (isRestart && (parsed.GetValue(Server) is not null || parsed.GetValue(Redis) is not null))
            throw new BenchmarkException("--restart starts a Redis and a server of its own; leave --server and --redis out.");
        await using var site = await Site.StartAsync(parsed.GetValue(Server), parsed.GetValue(Redis), isRestart ? ["--appendonly yes", "--appendfsync always"] : []);
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = site.Redis });
        await using var dispatcher = new EventDispatcher(bus);
        var session = NumberedEvents.NewSession("healing");
        var publisher = new SteadyPublisher(dispatcher, session, parsed.GetValue(Rate), textBytes: 100);

        var silences = Enumerable.Range(0, Clients).Select(_ => new Silence()).ToArray();
        var clients = silences.Select(silence => new StreamClient(new EventCheck(0, _ => silence.Heard()))).ToArray();
        try
        {
            foreach (var client in clients)
            {
                await client.OpenAsync(await StreamClient.FindAsync(site.Server), new Uri(site.Server, $"/events/{session}"), cursor: null);
                await client.StartedAsync();
            }
            var isOver = false;
            var last = new TaskCompletionSource<int>();
            var reading = clients.Select(client => ReadAsync(client, last.Task)).ToArray();
            var publishing = publisher.PublishWhileAsync(() => !Volatile.Read(ref isOver));
            await WatchAsync(reading, TimeSpan.FromSeconds(2));

            Longest(silences);
            await WatchAsync(reading, TimeSpan.FromSeconds(5));
            var baseline = Longest(silences);
            List<double> absences = [], seen = [], beyond = [];
            for (var i = 0; i < parsed.GetValue(Cuts); i++)
            {
                var absence = await CutAsync(site, isRestart, TimeSpan.FromMilliseconds(parsed.GetValue(Absence)));
                await WatchAsync(reading, QuietTime);
                absences.Add(absence);
                seen.Add(Longest(silences));
                beyond.Add(seen[^1] - absence);
            }
            Volatile.Write(ref isOver, true);
            await publishing.WaitAsync(TimeSpan.FromSeconds(90));
            last.SetResult(publisher.Published - 1);
            await Task.WhenAll(reading).WaitAsync(TimeSpan.FromSeconds(30));
            Print(parsed, publisher.Published, baseline, absences, seen, beyond);
            return 0;
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    private static void Print(ParseResult parsed, int published, double baseline, List<double> absences, List<double> seen, List<double> beyond)
    {
        var table = new Table("cut", "times", "events/s", "longest silence without a cut", "Redis absent, median (worst)", "longest silence, median (worst)", "beyond Redis' absence, median (worst)", "events, each seen once and in order by 10 clients");
        var silence = new Sample(seen);
        var isRestart = parsed.GetValue(Restart);
        var absent = new Sample(absences);
        var rest = new Sample(beyond);
        table.Add(isRestart ? "Redis killed and restarted" : "CLIENT KILL TYPE pubsub", $"{seen.Count}", $"{parsed.GetValue(Rate)}", $"{baseline:F0} ms",
            isRestart ? $"{absent.P50:F0} ms ({absent.Max:F0} ms)" : "-", $"{silence.P50:F0} ms ({silence.Max:F0} ms)", $"{rest.P50:F0} ms ({rest.Max:F0} ms)", $"{published}");
        table.Print(parsed.GetValue(Markdown));
    }

    /// <returns>How long Redis was away, in milliseconds.</returns>
    private static async Task<double> CutAsync(Site site, bool isRestart, TimeSpan pause)
    {
        if (isRestart) return (await site.OwnRedis!.RestartAsync(pause)).TotalMilliseconds;
        using var redis = await RedisSocket.ConnectAsync(site.Redis);
        if (await redis.AskAsync("CLIENT", "KILL", "TYPE", "pubsub") == ":0") throw new BenchmarkException("Redis had no subscriber to cut.");
        return 0;
    }

    // Ends the run at once when a client's check fails.
    private static async Task WatchAsync(Task[] reading, TimeSpan time)
    {
        var ended = await Task.WhenAny([Task.Delay(time), .. reading]);
        await ended;
    }

    private static async Task ReadAsync(StreamClient client, Task<int> last)
    {
        while (!last.IsCompleted || client.Check.Next <= await last)
        {
            var read = client.ReadOnceAsync();
            // After the last event only heartbeats arrive, so the read alone might never finish the client.
            if (!last.IsCompleted) await Task.WhenAny(read, last);
            if (last.IsCompletedSuccessfully && client.Check.Next > await last) return;
            await read;
        }
    }

    private static double Longest(Silence[] silences) => silences.Max(silence => silence.TakeLongest());

    /// <summary>The longest time between two events of one client.</summary>
    private sealed class Silence
    {
        private readonly Lock _lock = new();
        private long _heard = Stopwatch.GetTimestamp();
        private double _longest;

        public void Heard()
        {
            lock (_lock)
            {
                _longest = Math.Max(_longest, Stopwatch.GetElapsedTime(_heard).TotalMilliseconds);
                _heard = Stopwatch.GetTimestamp();
            }
        }

        public double TakeLongest()
        {
            lock (_lock)
            {
                // A silence that still lasts counts up to now.
                var longest = Math.Max(_longest, Stopwatch.GetElapsedTime(_heard).TotalMilliseconds);
                _longest = 0;
                return longest;
            }
        }
    }
}
