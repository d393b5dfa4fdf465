using System.Diagnostics;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Commands;

/// <summary>Events a second, and µs of processor time for each event.</summary>
internal sealed record AppendCost(double EventsPerSecond, double ClientCpu, double RedisCpu)
{
    public static async Task<AppendCost> MeasureAsync(RedisSocket redis, Func<Task> run, int events)
    {
        var before = await RedisWork.ReadAsync(redis);
        using var self = Process.GetCurrentProcess();
        var cpu = self.TotalProcessorTime;
        var since = Stopwatch.GetTimestamp();
        await run();
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        self.Refresh();
        var used = self.TotalProcessorTime - cpu;
        var after = await RedisWork.ReadAsync(redis);
        return new AppendCost(events / seconds, used.TotalMicroseconds / events, 1e6 * (after.CpuSeconds - before.CpuSeconds) / events);
    }

    public static AppendCost Median(IReadOnlyList<AppendCost> costs) => new(
        new Sample(costs.Select(cost => cost.EventsPerSecond)).P50, new Sample(costs.Select(cost => cost.ClientCpu)).P50, new Sample(costs.Select(cost => cost.RedisCpu)).P50);
}
