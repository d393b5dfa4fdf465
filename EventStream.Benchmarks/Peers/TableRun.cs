using System.Globalization;
using EventStream.Benchmarks.Load;

namespace EventStream.Benchmarks.Peers;

/// <summary>One run of the table. All peers are up, and each scenario visits them one after the other, so that a disturbance of the machine hits all of them.</summary>
internal sealed class TableRun(int number, IReadOnlyList<LoadScenario> scenarios, IReadOnlyList<string> peers)
{
    private static readonly LoadScenario WarmUp = LoadScenario.Find("many")! with { Name = "warm-up", Streams = 100, Sessions = 100, Window = 400, Seconds = 2 };

    private readonly TableColumn[] _columns = [.. TableColumn.All.Where(column => peers.Contains(column.Peer))];

    public async IAsyncEnumerable<TableEntry> MeasureAsync()
    {
        var delivering = scenarios.Where(scenario => scenario.Kind != LoadKind.Idle).ToList();
        if (delivering.Count > 0)
        {
            await foreach (var entry in DeliverAsync(delivering)) yield return entry;
        }
        foreach (var scenario in scenarios.Where(scenario => scenario.Kind == LoadKind.Idle))
        {
            // Memory comes first, in new processes: streams that came and left would leave memory behind.
            foreach (var column in Turn(scenario))
            {
                await using var peer = await Peer.StartAsync(column.Peer);
                yield return await MeasureAsync(peer, column, scenario);
            }
        }
    }

    private async IAsyncEnumerable<TableEntry> DeliverAsync(List<LoadScenario> delivering)
    {
        var running = new Dictionary<string, Peer>();
        try
        {
            foreach (var name in peers)
            {
                if (!_columns.Any(column => column.Peer == name && delivering.Any(column.Takes))) continue;
                running[name] = await Peer.StartAsync(name);
            }
            // A new process runs slower at first: the JIT still compiles and caches are cold.
            foreach (var column in _columns.Where(column => column.Name != TableColumn.Alone && running.ContainsKey(column.Peer))) await MeasureAsync(running[column.Peer], column, WarmUp);
            foreach (var scenario in delivering)
            {
                foreach (var column in Turn(scenario)) yield return await MeasureAsync(running[column.Peer], column, scenario);
            }
        }
        finally
        {
            foreach (var peer in running.Values) await peer.DisposeAsync();
        }
    }

    // Every second run visits the peers in reverse, so that the order favours none of them.
    private List<TableColumn> Turn(LoadScenario scenario)
    {
        var columns = _columns.Where(column => column.Takes(scenario)).ToList();
        if (number % 2 == 0) columns.Reverse();
        return columns;
    }

    private async Task<TableEntry> MeasureAsync(Peer peer, TableColumn column, LoadScenario scenario)
    {
        var load = double.Parse((await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0], CultureInfo.InvariantCulture);
        var figures = await new LoadRun(column.TargetOf(peer), column.ScenarioFor(scenario)).RunAsync();
        return new TableEntry(number, column.Name, load, figures);
    }
}
