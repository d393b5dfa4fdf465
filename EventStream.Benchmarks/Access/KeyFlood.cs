using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Access;

/// <summary>Processor time of the server for a flood of wrong keys, and for one of paths that there aren't, in turn.</summary>
internal sealed class KeyFlood(KeyedSite site, int requests, int rounds)
{
    private const int Connections = 4;

    private const double Micro = 1e6;

    public async Task PrintAsync(bool markdown)
    {
        // The server compiles its code anew while it is used first.
        for (var i = 0; i < 2; i++) await CostsAsync();
        var costs = new List<(double Keys, double Nothing)>();
        for (var round = 0; round < rounds; round++) costs.Add(await CostsAsync());
        var ratios = new Sample(costs.Select(cost => cost.Keys / cost.Nothing));
        var table = new Table("flood", "requests", "server CPU per wrong key, µs", "per 404, µs", "ratio (min–max of the rounds)");
        table.Add($"{rounds} rounds", $"{2 * rounds * requests:N0}", $"{new Sample(costs.Select(cost => cost.Keys)).P50:F1}", $"{new Sample(costs.Select(cost => cost.Nothing)).P50:F1}", $"{ratios.P50:F2} ({ratios.At(0):F2}–{ratios.Max:F2})");
        table.Print(markdown);
    }

    private async Task<(double Keys, double Nothing)> CostsAsync() => (await CostAsync(KeyedSite.WithWrongKey(), 401), await CostAsync(KeyedSite.ForNothing(), 404));

    private async Task<double> CostAsync(byte[] request, int status)
    {
        var before = ProcessSample.Of([site.ProcessId]);
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Factory.StartNew(() => Send(request, status), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return ProcessSample.Of([site.ProcessId]).CpuSince(before) / requests * Micro;
    }

    private void Send(byte[] request, int status)
    {
        using var socket = new AskingSocket(site.Server);
        for (var i = 0; i < requests / Connections; i++) socket.Ask(request, status);
    }
}
