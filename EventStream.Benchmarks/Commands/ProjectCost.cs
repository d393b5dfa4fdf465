using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Commands;

/// <summary>What an append costs, and µs of the server's processor time for each event; null when the server isn't ours.</summary>
internal sealed record ProjectCost(AppendCost Append, double? ServerCpu)
{
    public static async Task<ProjectCost> MeasureAsync(RedisSocket redis, int? serverId, Func<Task> run, int events)
    {
        var before = CpuSeconds(serverId);
        var append = await AppendCost.MeasureAsync(redis, run, events);
        return new ProjectCost(append, 1e6 * (CpuSeconds(serverId) - before) / events);
    }

    public static ProjectCost Median(IReadOnlyList<ProjectCost> costs) => new(
        AppendCost.Median([.. costs.Select(cost => cost.Append)]),
        costs.Any(cost => cost.ServerCpu is null) ? null : new Sample(costs.Select(cost => cost.ServerCpu!.Value)).P50);

    private static double? CpuSeconds(int? processId) => processId is { } id ? ProcessFigures.CpuSeconds(id) : null;
}
