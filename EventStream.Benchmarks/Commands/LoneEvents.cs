using System.Globalization;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Streams;
using EventStream.Bus;
using EventStream.Dispatching;

namespace EventStream.Benchmarks.Commands;

/// <summary>Measures what events cost this process that come one at a time, with a pause before each, as an agent publishes them: then all threads sleep when one comes.</summary>
internal static class LoneEvents
{
    private const int Events = 200;
    private const int WarmUp = 5000;
    private static readonly TimeSpan CompilerPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static async Task PrintAsync(IEventBus bus, int textBytes, int rounds, bool markdown)
    {
        await using var dispatcher = new EventDispatcher(bus);
        var session = NumberedEvents.NewSession("lone");
        var payload = NumberedEvents.Payload(0, textBytes);
        var table = new Table("one event at a time", "CPU per event", "spread", "changes of threads per event", "spread");
        // A thread of its own for all: blocked, it costs nothing, and the kernel's counts of a thread go when it ends.
        var thread = new Thread(() =>
        {
            Add(table, rounds, "PublishAndConfirmAsync", () => dispatcher.PublishAndConfirmAsync(session, NumberedEvents.Type, payload).GetAwaiter().GetResult());
            Add(table, rounds, "PublishAsync", () => dispatcher.PublishAsync(session, NumberedEvents.Type, payload).AsTask().GetAwaiter().GetResult());
        });
        thread.Start();
        await Task.Run(thread.Join);
        table.Print(markdown);
    }

    private static void Add(Table table, int rounds, string name, Action send)
    {
        for (var number = 0; number < WarmUp; number++) send();
        // The compiler makes fast code of what ran often, on a thread of its own.
        Thread.Sleep(CompilerPause);
        List<double> cpu = [], changes = [];
        for (var round = -1; round < rounds; round++)
        {
            var (idle, work) = (Measure(() => { }), Measure(send));
            if (round < 0) continue;
            cpu.Add(work.Microseconds - idle.Microseconds);
            changes.Add(work.Changes - idle.Changes);
        }
        var (time, threads) = (new Sample(cpu), new Sample(changes));
        table.Add(name, $"{time.P50:F0} µs", $"{time.At(0):F0}–{time.Max:F0}", $"{threads.P50:F1}", $"{threads.At(0):F1}–{threads.Max:F1}");
    }

    private static (double Microseconds, double Changes) Measure(Action send)
    {
        var (cpu, changes) = (Environment.CpuUsage.TotalTime, Changes());
        for (var number = 0; number < Events; number++)
        {
            Thread.Sleep(Pause);
            send();
        }
        return ((Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / Events, (Changes() - changes) / (double)Events);
    }

    private static long Changes() => Directory.GetDirectories("/proc/self/task").Sum(task =>
    {
        try
        {
            return File.ReadLines($"{task}/status").Where(line => line.Contains("ctxt_switches", StringComparison.Ordinal)).Sum(line => long.Parse(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // The thread ended after it was listed.
            return 0;
        }
    });
}
