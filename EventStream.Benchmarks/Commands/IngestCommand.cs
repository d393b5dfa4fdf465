using System.CommandLine;
using System.Diagnostics;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Streams;

namespace EventStream.Benchmarks.Commands;

/// <summary>Measures what it costs to turn native events into canonical ones.</summary>
internal static class IngestCommand
{
    private const int Batch = 1000;
    private const int Step = 200;

    // 1,000 snapshots of 100 kB would make a request of 100 MB.
    private const int LongBatch = 10;

    private static readonly Option<int> Events = CommonOptions.Number("--events", 200_000, 10_000, 10_000_000, "Snapshots of each measurement with short messages.");
    private static readonly Option<int> Rounds = CommonOptions.Number("--rounds", 5, 1, 100, "How often each is measured; the medians are printed.");
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();

    public static Command Create()
    {
        var command = new Command("ingest", "Events a second, time and allocation by size when Eddie's message.partial becomes canonical events, which are folded into the session's state, on one thread.")
        {
            Events, Rounds, Markdown,
        };
        command.SetAction(parsed => Run(parsed));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        PrintShort(parsed);
        Console.WriteLine();
        PrintLong(parsed);
        return 0;
    }

    private static void PrintShort(ParseResult parsed)
    {
        var (events, rounds) = (parsed.GetValue(Events), parsed.GetValue(Rounds));
        var table = new Table("messages of 200 characters", "message.partial per second of CPU", "CPU each", "time each", "allocated each");
        foreach (var (name, step) in ((string, int)[])[("told once, whole", 200), ("in 4 snapshots, 50 more each time", 50), ("in 10 snapshots, 20 more each time", 20)])
        {
            var partials = 200 / step;
            Check(200, step, messages: 100);
            var costs = Enumerable.Range(0, rounds + 1).Select(_ => Measure(events / partials, step, partials)).Skip(1).ToList();
            // Processor time of the process includes the garbage collector's background threads, and excludes other programs.
            var cpu = new Sample(costs.Select(cost => cost.Cpu)).P50;
            table.Add(name, $"{1e6 / cpu:F0}", $"{cpu:F1} µs", $"{new Sample(costs.Select(cost => cost.Microseconds)).P50:F1} µs", $"{new Sample(costs.Select(cost => cost.Bytes)).P50:F0} bytes");
        }
        table.Print(parsed.GetValue(Markdown));
    }

    private static (double Microseconds, double Cpu, double Bytes) Measure(int messages, int step, int partials)
    {
        var frames = new EddieFrames("s1");
        byte[][] all = [.. Enumerable.Range(0, messages).SelectMany(_ => frames.Message(200, step))];
        var pipeline = new IngestPipeline("eddie");
        using var self = Process.GetCurrentProcess();
        GC.Collect();
        var (cpu, bytes, since) = (self.TotalProcessorTime, GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        for (var first = 0; first < all.Length; first += Batch) pipeline.Ingest(all.AsSpan(first, Math.Min(Batch, all.Length - first)), _ => { });
        var elapsed = Stopwatch.GetElapsedTime(since);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - bytes;
        self.Refresh();
        double count = messages * partials;
        return (elapsed.TotalMicroseconds / count, (self.TotalProcessorTime - cpu).TotalMicroseconds / count, allocated / count);
    }

    private static void PrintLong(ParseResult parsed)
    {
        int[] sizes = [5_000, 10_000, 25_000, 50_000, 100_000];
        Check(sizes[^1], Step, messages: 1);
        var rounds = Enumerable.Range(0, parsed.GetValue(Rounds) + 3).Select(_ => MeasureGrowth(sizes)).Skip(3).ToList();
        var table = new Table("a text grown to, by 200 characters each time", "time each", "for each kB of JSON", "allocated each", "size of the JSON");
        for (var i = 0; i < sizes.Length; i++)
        {
            var time = new Sample(rounds.Select(round => round[i].Microseconds)).P50;
            var (kilobytes, bytes) = (rounds[0][i].JsonBytes / 1000, new Sample(rounds.Select(round => round[i].Bytes)).P50);
            table.Add($"{sizes[i] / 1000} kB", $"{time:F1} µs", $"{time / kilobytes:F2} µs", $"{bytes / 1000:F1} kB", $"{kilobytes:F1} kB");
        }
        table.Print(parsed.GetValue(Markdown));
    }

    // The figure of a size is the mean over the snapshots between 90 % and 100 % of it.
    private static List<(double Microseconds, double Bytes, double JsonBytes)> MeasureGrowth(int[] sizes)
    {
        byte[][] all = [.. new EddieFrames("s1").Message(sizes[^1], Step).SkipLast(1)];
        var pipeline = new IngestPipeline("eddie");
        var figures = new List<(double Microseconds, double Bytes, double JsonBytes)>();
        var done = 0;
        foreach (var size in sizes)
        {
            var last = size / Step;
            var first = Math.Max(done, last - Math.Max(1, last / 10));
            Ingest(done, first);
            GC.Collect();
            var (bytes, since) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            Ingest(first, last);
            var elapsed = Stopwatch.GetElapsedTime(since);
            double count = last - first;
            figures.Add((elapsed.TotalMicroseconds / count, (GC.GetAllocatedBytesForCurrentThread() - bytes) / count, all[first..last].Average(frame => frame.Length)));
            done = last;
        }
        return figures;

        void Ingest(int from, int to)
        {
            for (; from < to; from += LongBatch) pipeline.Ingest(all.AsSpan(from, Math.Min(LongBatch, to - from)), _ => { });
        }
    }

    private static void Check(int characters, int step, int messages)
    {
        var (frames, pipeline, check) = (new EddieFrames("s1"), new IngestPipeline("eddie"), new EddieCheck());
        for (var message = 0; message < messages; message++) pipeline.Ingest(frames.Message(characters, step).ToArray(), check.Take);
        check.Finish(messages, characters);
    }
}
