using System.CommandLine;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Load;
using EventStream.Benchmarks.Peers;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Commands;

/// <summary>Measures what a delivery costs as streams and sessions grow.</summary>
internal static class LoadCurveCommand
{
    private static readonly Option<int[]> Streams = CommonOptions.Numbers("--streams", [10, 100, 1000, 10_000], 1, 19_000, "Streams of one session.");
    private static readonly Option<int[]> Sessions = CommonOptions.Numbers("--sessions", [1, 10, 100, 1000, 10_000], 1, 19_000, "Sessions that as many streams as the largest number are spread over.");
    private static readonly Option<int> Rate = CommonOptions.Number("--rate", 10_000, 100, 1_000_000, "Deliveries a second, always the same.");
    private static readonly Option<int> Seconds = CommonOptions.Number("--seconds", 5, 1, 600, "How long each is measured.");
    private static readonly Option<string> PeerName = new("--peer") { Description = $"The server: {string.Join(", ", Peer.All)}.", DefaultValueFactory = _ => Peer.Ours };
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();

    public static Command Create()
    {
        PeerName.AcceptOnlyFromAmong(Peer.All);
        var command = new Command("curve", "Processor time per delivery at one rate of deliveries, by the number of streams of one session, and by the number of sessions; ours by the dispatcher.")
        {
            Streams, Sessions, Rate, Seconds, PeerName, Markdown,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (parsed.GetValue(PeerName) == Peer.Ours) await ServerProgram.PublishAsync();
        await using var peer = await Peer.StartAsync(parsed.GetValue(PeerName)!);
        var isWhole = true;
        var table = new Table("streams", "sessions", "events/s", "server CPU per delivery", "p50", "p99");
        // An unshown first round lets the JIT compile the code.
        await AddAsync(100, 1, isShown: false);
        foreach (var streams in parsed.GetValue(Streams)!) await AddAsync(streams, 1);
        var most = parsed.GetValue(Sessions)!.Max();
        foreach (var sessions in parsed.GetValue(Sessions)!) await AddAsync(most, sessions);
        table.Print(parsed.GetValue(Markdown));
        return isWhole ? 0 : 1;

        async Task AddAsync(int streams, int sessions, bool isShown = true)
        {
            var rate = parsed.GetValue(Rate) * (double)sessions / streams;
            var scenario = new LoadScenario("curve", LoadKind.Paced, streams, sessions, "") { Rate = rate, Seconds = parsed.GetValue(Seconds) };
            var figures = await new LoadRun(peer.Target, scenario).RunAsync();
            isWhole &= figures.IsWhole;
            if (!figures.IsWhole) await Console.Error.WriteAsync(figures.ToString());
            if (isShown) table.Add($"{streams:N0}", $"{sessions:N0}", $"{rate:N0}", $"{figures.ServerMicroseconds:F2} µs", $"{figures.P50:F2} ms", $"{figures.P99:F2} ms");
        }
    }
}
