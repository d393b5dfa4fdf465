using System.Globalization;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Benchmarks.Commands;

/// <summary>Fits the memory of a session on Redis to what is published to it.</summary>
internal sealed class RedisMemory(IEventAppender bus, RedisSocket redis)
{
    private readonly EventFactory _events = new(TimeProvider.System);

    public async Task<Table> MeasureAsync()
    {
        var log = await LogAsync();
        // Redis packs entries into nodes of 4 KiB, so the number of events matters little beside their bytes.
        var fit = LeastSquares.Fit([.. log.Select(point => (point.X, point.Y))]);
        var (oneProducer, perProducer) = await SlopeAsync("meta", 2, 30, ProducersAsync);
        var (_, perId) = await SlopeAsync("ids", 1000, 9000, IdsAsync);
        var (_, perRun) = await SlopeAsync("runs", 200, 900, RunsAsync);
        var small = await UsageAsync(await IdsAsync(1), "ids");
        var (whole, envelopes) = await WholeAsync(sessions: 2000, events: 100);

        var table = new Table("part of a session on Redis", "bytes", "how well it fits");
        table.Add("log: once", $"{fit[0]:F0}", $"within {LeastSquares.WorstError([.. log.Select(point => (point.X, point.Y))], fit):P0} for 10 to 5,000 events of 300 to 4,300 bytes");
        table.Add("log: per byte of envelopes", $"{fit[1]:F2}", string.Join("; ", log.Where(point => point.Events == 1000).Select(point => $"{point.X[1] / 1000:F0} B each: {point.Y / point.X[1]:F2}")));
        table.Add("meta: with one producer", $"{oneProducer - perProducer:F0}", "MEMORY USAGE of 2 and 30 producers");
        table.Add("meta: per further producer, at most 31", $"{perProducer:F0}", "");
        table.Add("ids: per event whose caller gave the id, of 36 characters, at most 10,000", $"{perId:F0}", $"1,000 and 9,000 ids; a single one {small}");
        table.Add("runs: per ended run, id of 36 characters, at most 1,000", $"{perRun:F0}", "200 and 900 runs");
        var formula = fit[0] + envelopes * fit[1] + oneProducer - perProducer;
        table.Add("a whole session of 100 events", $"{whole:F0}", $"used_memory of 2,000 of them; the parts above give {formula:F0}");
        return table;
    }

    private async Task<List<(double[] X, double Y, int Events)>> LogAsync()
    {
        var points = new List<(double[] X, double Y, int Events)>();
        foreach (var textBytes in (int[])[50, 200, 500, 1000, 2000, 4000])
        {
            foreach (var events in (int[])[10, 100, 1000, 5000])
            {
                // A log holds 8 MiB at most, and trimmed events would spoil the fit.
                if (events * (textBytes + 300L) > 8_000_000) continue;
                var session = NumberedEvents.NewSession("memory");
                await NumberedEvents.FillAsync(bus, session, events, textBytes);
                var bytes = Enumerable.Range(0, events).Sum(number => (long)EventWriter.ToUtf8(NumberedEvents.Create(session, number, textBytes)).Length);
                points.Add(([1, bytes], await UsageAsync(session, "log"), events));
            }
        }
        return points;
    }

    /// <returns>The memory with two items, and the memory of each further one.</returns>
    private async Task<(double First, double Each)> SlopeAsync(string part, int few, int many, Func<int, Task<string>> fill)
    {
        double small = await UsageAsync(await fill(few), part), large = await UsageAsync(await fill(many), part);
        var each = (large - small) / (many - few);
        return (small - (few - 2) * each, each);
    }

    private async Task<string> ProducersAsync(int count)
    {
        var session = NumberedEvents.NewSession("memory");
        for (var i = 0; i < count; i++)
        {
            await bus.AppendAsync(new AppendRequest
            {
                Stream = StreamKey.Session(session),
                Events = [NumberedEvents.Create(session, i, 50)],
                Producer = new ProducerPosition(Guid.NewGuid().ToString("N"), 1),
            });
        }
        return session;
    }

    private async Task<string> IdsAsync(int count)
    {
        var session = NumberedEvents.NewSession("memory");
        for (var first = 0; first < count; first += 500)
        {
            await bus.AppendAsync(new AppendRequest
            {
                Stream = StreamKey.Session(session),
                Events = [.. Enumerable.Range(first, Math.Min(500, count - first)).Select(number => NumberedEvents.Create(session, number, 50))],
            });
        }
        return session;
    }

    private async Task<string> RunsAsync(int count)
    {
        var session = NumberedEvents.NewSession("memory");
        await bus.AppendAsync(new AppendRequest
        {
            Stream = StreamKey.Session(session),
            Events = [.. Enumerable.Range(0, count).Select(_ => _events.Create(session, new RunCompleted { RunId = Guid.NewGuid().ToString() }))],
        });
        return session;
    }

    private async Task<(double Bytes, double Envelopes)> WholeAsync(int sessions, int events)
    {
        var before = await UsedAsync();
        for (var i = 0; i < sessions; i++) await NumberedEvents.FillAsync(bus, NumberedEvents.NewSession("memory"), events, textBytes: 200);
        var sample = NumberedEvents.NewSession("memory");
        var envelopes = Enumerable.Range(0, events).Sum(number => EventWriter.ToUtf8(NumberedEvents.Create(sample, number, 200)).Length);
        return ((await UsedAsync() - before) / sessions, envelopes);
    }

    private async Task<long> UsageAsync(string session, string part) =>
        long.Parse((await redis.AskAsync("MEMORY", "USAGE", $"session:{{{session}}}:{part}", "SAMPLES", "0"))[1..], CultureInfo.InvariantCulture);

    private async Task<double> UsedAsync() =>
        double.Parse((await redis.AskAsync("INFO", "memory")).Split("\r\n").First(line => line.StartsWith("used_memory:", StringComparison.Ordinal))[12..], CultureInfo.InvariantCulture);
}
