using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using EventStream.Benchmarks.Load;
using EventStream.Benchmarks.Peers;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Commands;

/// <summary>Measures all scenarios with all peers and writes the table.</summary>
internal static class LoadTableCommand
{
    private static readonly string[] AllScenarios = ["paced", "sparse", "flood", "large", "many", "resume", "idle", "connect"];

    private static readonly Option<int> Runs = CommonOptions.Number("--runs", 5, 1, 100, "How often everything is measured; about four minutes each.");
    private static readonly Option<string[]> PeerNames = CommonOptions.Names("--peers", Peer.All, "The servers that are measured.");
    private static readonly Option<string[]> Scenarios = CommonOptions.Names("--scenarios", AllScenarios, "What is measured anew; rows of other scenarios stay as they were.");
    private static readonly Option<bool> Install = new("--install") { Description = "First install nchan, Redis and g++ from Debian, where they are missing (as root, or with sudo)." };
    private static readonly Option<string> Output = new("--output") { Description = "The page; each measurement is kept beside it as a line of JSON. By default EventStream.Benchmarks/RESULTS.md.", HelpName = "FILE.md", DefaultValueFactory = _ => "" };

    public static Command Create()
    {
        var command = new Command("table", "All scenarios beside the peers: a floor in C++, nchan, and our own server, each started here with a Redis of its own. Writes RESULTS.md.")
        {
            Runs, PeerNames, Scenarios, Install, Output,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (typeof(LoadTableCommand).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled == true) throw new BenchmarkException("A debug build isn't what is measured: dotnet run -c Release …");
        if (parsed.GetValue(Install)) await Tool.RunAsync("bash", SourceTree.PathOf("EventStream.Benchmarks/Peers/install.sh"));
        if (parsed.GetValue(PeerNames)!.Contains(Peer.Ours)) await ServerProgram.PublishAsync();
        var page = parsed.GetValue(Output) is { Length: > 0 } named ? named : SourceTree.PathOf("EventStream.Benchmarks/RESULTS.md");
        var data = Path.ChangeExtension(page, ".jsonl");
        var names = parsed.GetValue(Scenarios)!;
        List<TableEntry> entries = File.Exists(data) ? [.. (await File.ReadAllLinesAsync(data)).Select(TableEntry.Parse)] : [];
        entries.RemoveAll(entry => names.Contains(entry.Figures.Scenario));
        var scenarios = AllScenarios.Where(names.Contains).Select(name => LoadScenario.Find(name)!).ToList();
        var since = TimeProvider.System.GetTimestamp();
        for (var run = 1; run <= parsed.GetValue(Runs); run++)
        {
            await foreach (var entry in new TableRun(run, scenarios, parsed.GetValue(PeerNames)!).MeasureAsync())
            {
                entries.Add(entry);
                Console.WriteLine($"{TimeProvider.System.GetElapsedTime(since):mm\\:ss} run {run} {entry.Column} {entry.Figures}".TrimEnd());
                // Written after each measurement, so that a later failure loses none of them.
                await File.WriteAllLinesAsync(data, entries.Select(one => one.ToLine()));
            }
        }
        await File.WriteAllTextAsync(page, await new TableReport(entries).WriteAsync());
        Console.WriteLine($"\n{page}");
        return entries.All(entry => entry.Figures.IsWhole) ? 0 : 1;
    }
}
