using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text.Json;
using EventStream.Dispatching;
using Microsoft.Extensions.DependencyInjection;

namespace EventStream.Benchmarks;

/// <summary>Publishes numbered events at a steady rate and takes the time until a client of the same machine has read them.</summary>
/// <remarks>Latency counts from the moment at which an event was due, so that a publisher that falls behind is not hidden.</remarks>
internal static class LatencyRun
{
    private const int WarmUpSeconds = 2;

    public static async Task<int> RunAsync(LatencyOptions options)
    {
        var session = $"latency-{Guid.NewGuid():N}";
        await using var services = new ServiceCollection()
            .AddEventDispatcher(stream =>
            {
                if (options.Redis is null) stream.Server = options.Server;
                else stream.Redis = options.Redis;
            })
            .BuildServiceProvider();
        var dispatcher = services.GetRequiredService<EventDispatcher>();
        var count = options.Rate * (WarmUpSeconds + options.Seconds);
        var interval = Stopwatch.Frequency / (double)options.Rate;

        var start = new TaskCompletionSource<long>();
        var connected = new TaskCompletionSource();
        var reading = ReadAsync(new Uri(options.Server, $"/events/{session}"), count, connected, async number => await start.Task + (long)(number * interval));
        if (await Task.WhenAny(connected.Task, reading) == reading) await reading;
        start.SetResult(Stopwatch.GetTimestamp() + Stopwatch.Frequency / 10);
        for (var i = 0; i < count; i++)
        {
            // Timers tick by the millisecond; the last of it is spun away.
            var due = await start.Task + (long)(i * interval);
            while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { TotalMilliseconds: > 2 } left) await Task.Delay(left - TimeSpan.FromMilliseconds(1.5), TimeProvider.System);
            while (Stopwatch.GetTimestamp() < due) Thread.SpinWait(20);
            await dispatcher.PublishAsync(session, "latency_probe", new { number = i, text = new string('x', 100) });
        }
        await dispatcher.FlushAsync();

        var latencies = (await reading.WaitAsync(TimeSpan.FromSeconds(20)))[(options.Rate * WarmUpSeconds)..];
        Array.Sort(latencies);
        Console.WriteLine($"{(options.Redis is null ? "HTTP" : "Redis")} -> {options.Server} at {options.Rate} events/s for {options.Seconds} s: "
            + $"{latencies.Length} events, p50 {At(0.5):F2} ms, p99 {At(0.99):F2} ms, max {latencies[^1]:F2} ms; none lost, repeated or out of order");
        return 0;

        double At(double quantile) => latencies[(int)(quantile * (latencies.Length - 1))];
    }

    private static async Task<double[]> ReadAsync(Uri stream, int count, TaskCompletionSource connected, Func<int, Task<long>> due)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(15) };
        await using var body = await client.GetStreamAsync(stream);
        connected.SetResult();
        var latencies = new double[count];
        var next = 0;
        await foreach (var item in SseParser.Create(body, (_, data) => data.ToArray()).EnumerateAsync())
        {
            if (item.EventType != "latency_probe") continue;
            var now = Stopwatch.GetTimestamp();
            using var json = JsonDocument.Parse(item.Data);
            var number = json.RootElement.GetProperty("payload").GetProperty("number").GetInt32();
            if (number != next) throw new InvalidDataException($"Event {number} came where {next} was due.");
            latencies[next++] = Stopwatch.GetElapsedTime(await due(number), now).TotalMilliseconds;
            if (next == count) return latencies;
        }
        throw new InvalidDataException($"The stream ended after {next} of {count} events.");
    }
}
