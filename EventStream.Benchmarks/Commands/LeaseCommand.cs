using System.CommandLine;
using System.Diagnostics;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Benchmarks.Commands;

/// <summary>What a lease costs the events of its run, what a claim takes, and when a lost run is ended.</summary>
internal static class LeaseCommand
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10), Shortest = TimeSpan.FromSeconds(5);
    private static readonly EventFactory Factory = new(TimeProvider.System);

    private static readonly Option<int[]> Batches = CommonOptions.Numbers("--batches", [1, 10, 100], 1, 1000, "Events to a round trip, such as 1,10,100.");
    private static readonly Option<int> Events = CommonOptions.Number("--events", 40_000, 1000, 1_000_000, "Events of each measurement.");
    private static readonly Option<int> Sessions = CommonOptions.Number("--sessions", 8, 1, 1000, "Sessions side by side, each with one run and one round trip under way.");
    private static readonly Option<int> Rounds = CommonOptions.Number("--rounds", 5, 1, 100, "How often each is measured, in turn; the medians are printed.");
    private static readonly Option<int> Claims = CommonOptions.Number("--claims", 5000, 100, 100_000, "Claims of each kind.");
    private static readonly Option<int> Lost = CommonOptions.Number("--lost", 100, 1, 1000, "Runs whose worker is gone.");
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();

    public static Command Create()
    {
        var command = new Command("lease", "Appends the events of runs with and without a lease, in turn (the aim is 1.05 times at most); claims runs; and waits until a server ends those that are lost.")
        {
            Batches, Events, Sessions, Rounds, Claims, Lost, Markdown,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        await using var site = await Site.StartAsync(server: null, redis: null);
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = site.Redis });
        using var redis = await RedisSocket.ConnectAsync(site.Redis);
        await PrintCostAsync(parsed, bus, redis);
        Console.WriteLine();
        await PrintClaimsAsync(parsed, bus);
        Console.WriteLine();
        await PrintLostAsync(parsed, bus);
        return 0;
    }

    private static async Task PrintCostAsync(ParseResult parsed, RedisEventBus bus, RedisSocket redis)
    {
        var table = new Table("to a round trip", "run", "events/s", "client CPU per event", "Redis CPU per event", "ratio");
        foreach (var batch in parsed.GetValue(Batches)!)
        {
            var (plain, leased) = (new List<AppendCost>(), new List<AppendCost>());
            for (var round = -1; round < parsed.GetValue(Rounds); round++)
            {
                foreach (var (costs, lease) in ((List<AppendCost>, TimeSpan?)[])[(plain, null), (leased, Longest)])
                {
                    var sessions = await Task.WhenAll(Enumerable.Range(0, parsed.GetValue(Sessions)).Select(_ => ClaimedAsync(bus, lease)));
                    var each = parsed.GetValue(Events) / sessions.Length;
                    var cost = await AppendCost.MeasureAsync(redis, () => Task.WhenAll(sessions.Select(session => AppendAsync(bus, session, each, batch))), each * sessions.Length);
                    if (round >= 0) costs.Add(cost);
                }
            }
            Add("without a lease", AppendCost.Median(plain), 1);
            Add("with a lease", AppendCost.Median(leased), new Sample(leased.Zip(plain, (with, without) => with.RedisCpu / without.RedisCpu)).P50);

            void Add(string way, AppendCost cost, double ratio) => table.Add($"{batch}", way, $"{cost.EventsPerSecond:F0}", $"{cost.ClientCpu:F1} µs", $"{cost.RedisCpu:F1} µs", $"{ratio:F2}");
        }
        table.Print(parsed.GetValue(Markdown));
    }

    private static async Task PrintClaimsAsync(ParseResult parsed, RedisEventBus bus)
    {
        var table = new Table("claim, one after the other", "p50", "p99", "max");
        foreach (var (name, lease, isTaken) in ((string, TimeSpan?, bool)[])[("without a lease", null, false), ("with a lease", Longest, false), ("with a lease, of a run that another has", Longest, true)])
        {
            var session = NumberedEvents.NewSession("claim");
            if (isTaken) await ClaimAsync(bus, session, "run", lease);
            var sample = await AppendWays.LatencyAsync(async number =>
            {
                // A session remembers 1,000 runs.
                if (!isTaken && number % 500 == 0) session = NumberedEvents.NewSession("claim");
                var outcome = await ClaimAsync(bus, session, isTaken ? "run" : $"run{number}", lease);
                if (outcome != (isTaken ? AppendOutcome.RunTaken : AppendOutcome.Stored)) throw new InvalidDataException($"The claim was answered {outcome}.");
            }, parsed.GetValue(Claims));
            table.Add(name, $"{sample.P50:F0} µs", $"{sample.P99:F0} µs", $"{sample.Max:F0} µs");
        }
        table.Print(parsed.GetValue(Markdown));
    }

    private static async Task PrintLostAsync(ParseResult parsed, RedisEventBus bus)
    {
        var count = parsed.GetValue(Lost);
        var session = NumberedEvents.NewSession("lost");
        var claimed = Stopwatch.GetTimestamp();
        for (var number = 0; number < count; number++) await ClaimAsync(bus, session, $"run{number}", Shortest);
        var claiming = Stopwatch.GetElapsedTime(claimed);
        var (ended, after) = (new List<double>(), Cursor.Zero);
        while (ended.Count < count)
        {
            var page = await bus.ReadAsync(StreamKey.Session(session), after, 1000);
            var now = Stopwatch.GetElapsedTime(claimed) - Shortest;
            ended.AddRange(page.Entries.Where(entry => entry.Envelope.Span.IndexOf("\"run_failed\""u8) >= 0).Select(_ => now.TotalSeconds));
            if (page.Entries.Count > 0) after = page.Entries[^1].Cursor;
            if (now > Longest) throw new InvalidDataException($"Only {ended.Count} of {count} runs were ended.");
            await Task.Delay(10);
        }
        var sample = new Sample(ended);
        Console.WriteLine($"{count} runs whose worker is gone, claimed within {claiming.TotalSeconds:F2} s: ended {sample.P50:F2} s (p50) and {sample.Max:F2} s (max) after the end of their lease of {Shortest.TotalSeconds:F0} s");
    }

    private static async Task<string> ClaimedAsync(RedisEventBus bus, TimeSpan? lease)
    {
        var session = NumberedEvents.NewSession("lease");
        await ClaimAsync(bus, session, "run", lease);
        return session;
    }

    private static async Task<AppendOutcome> ClaimAsync(RedisEventBus bus, string session, string run, TimeSpan? lease) =>
        (await bus.AppendAsync(new AppendRequest { Stream = StreamKey.Session(session), Events = [Factory.Create(session, new RunStarted { RunId = run })], Claim = true, Lease = lease })).Receipts[0].Outcome;

    private static async Task AppendAsync(RedisEventBus bus, string session, int count, int batch)
    {
        var producer = Guid.NewGuid().ToString("N");
        for (var first = 0; first < count; first += batch)
        {
            var result = await bus.AppendAsync(new AppendRequest
            {
                Stream = StreamKey.Session(session),
                Events = [.. Enumerable.Range(first, Math.Min(batch, count - first)).Select(number => NumberedEvents.Create(session, number, textBytes: 150, runId: "run"))],
                Producer = new ProducerPosition(producer, first + 1),
            });
            if (result.Receipts.Any(receipt => receipt.Outcome != AppendOutcome.Stored)) throw new InvalidDataException("An event of the run wasn't stored.");
        }
    }
}
