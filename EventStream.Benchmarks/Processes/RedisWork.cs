using System.Globalization;

namespace EventStream.Benchmarks.Processes;

/// <summary>How often each command has run on a Redis, and how much processor time that Redis has used, by its own count.</summary>
internal sealed class RedisWork
{
    private readonly Dictionary<string, long> _calls = [];

    private RedisWork(double cpuSeconds) => CpuSeconds = cpuSeconds;

    public double CpuSeconds { get; }

    public static async Task<RedisWork> ReadAsync(RedisSocket redis)
    {
        var cpu = Lines(await redis.AskAsync("INFO", "cpu"))
            .Where(line => line[0] is "used_cpu_user" or "used_cpu_sys").Sum(line => double.Parse(line[1], CultureInfo.InvariantCulture));
        var work = new RedisWork(cpu);
        foreach (var line in Lines(await redis.AskAsync("INFO", "commandstats")))
            work._calls[line[0]["cmdstat_".Length..]] = long.Parse(line[1].Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture);
        return work;
    }

    /// <summary>How often commands of these names ran since an earlier reading.</summary>
    public long CallsSince(RedisWork earlier, params string[] commands) =>
        commands.Sum(command => _calls.GetValueOrDefault(command) - earlier._calls.GetValueOrDefault(command));

    private static IEnumerable<string[]> Lines(string info) =>
        info.Split("\r\n").Where(line => line.Contains(':', StringComparison.Ordinal)).Select(line => line.Split(':', 2));
}
