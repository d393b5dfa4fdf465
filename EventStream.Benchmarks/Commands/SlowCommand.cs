using System.CommandLine;
using System.Net;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Bus.Redis;
using EventStream.Dispatching;

namespace EventStream.Benchmarks.Commands;

/// <summary>Slow and stuck clients beside fast ones on one session.</summary>
internal static class SlowCommand
{
    private const int SlowBytesPerSecond = 1000;
    private const int WarmUpSeconds = 2;

    private static readonly Option<Uri?> Server = CommonOptions.Server();
    private static readonly Option<string?> Redis = CommonOptions.Redis();
    private static readonly Option<int> ServerPid = CommonOptions.Number("--server-pid", 0, 0, int.MaxValue, "The process of --server, for its memory.");
    private static readonly Option<int> Fast = CommonOptions.Number("--fast", 20, 1, 1000, "Clients whose latency is measured.");
    private static readonly Option<int> Slow = CommonOptions.Number("--slow", 50, 0, 5000, "Clients that read 1 kB/s.");
    private static readonly Option<int> Stuck = CommonOptions.Number("--stuck", 50, 0, 5000, "Clients that read nothing.");
    private static readonly Option<int> Rate = CommonOptions.Number("--rate", 100, 1, 10_000, "Events a second.");
    private static readonly Option<int> TextBytes = CommonOptions.Number("--bytes", 2000, 0, 200_000, "Bytes of text in each event.");
    private static readonly Option<int> Seconds = CommonOptions.Number("--seconds", 8, 1, 600, "Seconds of each phase, after 2 seconds of warming up. From 20 s on the server cuts stuck clients off.");
    private static readonly Option<int> Rounds = CommonOptions.Number("--rounds", 3, 1, 100, "How often both phases are measured, in turn. Each phase gets a new server, unless --server names one.");
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();

    public static Command Create()
    {
        var command = new Command("slow", "Latency of fast clients with and without slow and stuck ones on the same session, in turn; memory of the server per slow client.")
        {
            Server, Redis, ServerPid, Fast, Slow, Stuck, Rate, TextBytes, Seconds, Rounds, Markdown,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        await using var site = await Site.StartAsync(parsed.GetValue(Server), parsed.GetValue(Redis));
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = site.Redis });
        await using var dispatcher = new EventDispatcher(bus);
        var phases = new Dictionary<bool, (List<double> Latencies, List<double> Growth, List<double> Kernel)> { [false] = ([], [], []), [true] = ([], [], []) };
        for (var round = 0; round < parsed.GetValue(Rounds); round++)
        {
            foreach (var hasSlow in (bool[])[false, true])
            {
                // A new process: memory left from an earlier phase would hide what this phase takes.
                if (site.ProcessId is not null) await site.RestartServerAsync();
                var (latencies, growth, kernel) = await PhaseAsync(parsed, site, site.ProcessId ?? parsed.GetValue(ServerPid), dispatcher, hasSlow);
                phases[hasSlow].Latencies.AddRange(latencies);
                phases[hasSlow].Growth.Add(growth);
                phases[hasSlow].Kernel.Add(kernel);
            }
        }

        var others = parsed.GetValue(Slow) + parsed.GetValue(Stuck);
        var without = (Server: new Sample(phases[false].Growth).P50, Kernel: new Sample(phases[false].Kernel).P50);
        var table = new Table("fast clients", "beside them", "events/s of bytes", "p50", "p99", "max", "server grew in a phase, median", "per slow client", "and in the kernel");
        foreach (var (hasSlow, (latencies, growth, kernel)) in phases)
        {
            var sample = new Sample(latencies);
            var grown = new Sample(growth).P50;
            table.Add($"{parsed.GetValue(Fast)}", hasSlow ? $"{parsed.GetValue(Slow)} at 1 kB/s, {parsed.GetValue(Stuck)} stuck" : "none", $"{parsed.GetValue(Rate)} of {parsed.GetValue(TextBytes)}",
                $"{sample.P50:F2} ms", $"{sample.P99:F2} ms", $"{sample.Max:F2} ms", grown == 0 ? "?" : $"{grown / 1024:F0} KiB", grown == 0 || !hasSlow ? "-" : $"{(grown - without.Server) / 1024 / others:F1} KiB",
                hasSlow ? $"{(new Sample(kernel).P50 - without.Kernel) / 1024 / others:F1} KiB" : "-");
        }
        table.Print(parsed.GetValue(Markdown));
        return 0;
    }

    private static async Task<(double[] Latencies, double Growth, double Kernel)> PhaseAsync(ParseResult parsed, Site site, int pid, EventDispatcher dispatcher, bool hasSlow)
    {
        var session = NumberedEvents.NewSession("slow");
        var publisher = new SteadyPublisher(dispatcher, session, parsed.GetValue(Rate), parsed.GetValue(TextBytes));
        var warmUp = parsed.GetValue(Rate) * WarmUpSeconds;
        var count = parsed.GetValue(Rate) * parsed.GetValue(Seconds);
        var latencies = new double[parsed.GetValue(Fast) * count];
        var fast = Enumerable.Range(0, parsed.GetValue(Fast)).Select(i => new StreamClient(new EventCheck(0, number =>
        {
            if (number >= warmUp) latencies[i * count + number - warmUp] = publisher.SinceDue(number);
        }))).ToArray();
        // The smallest buffer that the kernel gives: a larger one would hide that the client doesn't read.
        var slow = Enumerable.Range(0, hasSlow ? parsed.GetValue(Slow) + parsed.GetValue(Stuck) : 0).Select(_ => new StreamClient(new EventCheck(0), receiveBuffer: 4096)).ToArray();
        using var isOver = new CancellationTokenSource();
        try
        {
            var endPoint = await StreamClient.FindAsync(site.Server);
            foreach (var client in (StreamClient[])[.. fast, .. slow]) await OpenAsync(client, endPoint, site, session);
            var kernel = ProcessFigures.TcpBytes();
            var memory = pid == 0 ? 0 : ProcessFigures.ResidentBytes(pid);
            var dripping = slow.Take(parsed.GetValue(Slow)).Select(client => DripAsync(client, isOver.Token)).ToArray();
            var reading = Task.WhenAll(fast.Select(client => client.ReadUpToAsync(warmUp + count - 1)));
            await publisher.PublishAsync(warmUp + count);
            await reading.WaitAsync(TimeSpan.FromSeconds(30), isOver.Token);
            var growth = pid == 0 ? 0 : ProcessFigures.ResidentBytes(pid) - memory;
            kernel = ProcessFigures.TcpBytes() - kernel;
            await isOver.CancelAsync();
            await Task.WhenAll(dripping);
            return (latencies, growth, kernel);
        }
        finally
        {
            foreach (var client in (StreamClient[])[.. fast, .. slow]) client.Dispose();
        }
    }

    private static async Task OpenAsync(StreamClient client, EndPoint endPoint, Site site, string session)
    {
        await client.OpenAsync(endPoint, new Uri(site.Server, $"/events/{session}"), cursor: null);
        await client.StartedAsync();
    }

    private static async Task DripAsync(StreamClient client, CancellationToken isOver)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await timer.WaitForNextTickAsync(isOver)) await client.ReadOnceAsync(SlowBytesPerSecond / 10, isOver);
        }
        catch (OperationCanceledException) when (isOver.IsCancellationRequested)
        {
            // The phase is over, and its end cancels the clients.
        }
    }
}
