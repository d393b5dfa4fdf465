using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Attacks;

/// <summary>Runs one attack against a server of its own, beside clients that mean no harm.</summary>
internal sealed class AttackRun(IAttack attack)
{
    // Beyond this an attack has succeeded; going on would only harm the machine.
    private const long MostBytes = 5L * 1024 * 1024 * 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    public static Table NewTable() => new("attack", "RSS before / peak / after", "CPU", "answers", "publish p50 / p99", "failed", "delivery p50 / p99", "joins accepted / refused", "notes");

    public async Task AddToAsync(Table table)
    {
        await using var site = attack.NeedsRedis ? await Site.StartAsync(server: null, redis: null) : await Site.StartInMemoryAsync();
        await attack.PrepareAsync(site);
        using var bystanders = new Bystanders(site.Server);
        using var over = new CancellationTokenSource();
        using var stop = new CancellationTokenSource(Longest);
        var answers = new Answers();
        var process = site.ProcessId!.Value;
        var before = ProcessSample.Of([process]);
        var watch = new MemoryWatch(process, MostBytes, stop);
        var watching = watch.RunAsync(over.Token);
        var others = await bystanders.StartAsync(over.Token);
        try
        {
            await attack.RunAsync(site, answers, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It ran for as long as it may.
        }
        var cpu = ProcessSample.Of([process]).CpuSince(before);
        await Task.Delay(Settling, CancellationToken.None);
        await over.CancelAsync();
        await Task.WhenAll(watching, others);
        var after = ProcessFigures.ResidentBytes(process);
        var notes = await attack.AftermathAsync(site) ?? "";
        table.Add(attack.Name, $"{Mb(before.ResidentBytes)} / {Mb(watch.Peak)} / {Mb(after)} MB", $"{cpu:F1} s", answers.ToString(), $"{bystanders.Publishing} ms", $"{bystanders.Failed}", $"{bystanders.Delivery} ms",
            $"{bystanders.Accepted} / {bystanders.Refused}", watch.IsTooMuch ? $"ended at {Mb(MostBytes)} MB. {notes}".Trim() : notes);
    }

    private static string Mb(long bytes) => $"{bytes / 1e6:F0}";
}
