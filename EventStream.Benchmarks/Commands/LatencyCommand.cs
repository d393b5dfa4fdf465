using System.CommandLine;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Dispatching;
using Microsoft.Extensions.DependencyInjection;

namespace EventStream.Benchmarks.Commands;

/// <summary>Publishes numbered events at a steady rate and measures the time until a client on the same machine has read them.</summary>
/// <remarks>Latency counts from the moment an event was due, so that a publisher that falls behind isn't hidden.</remarks>
internal static class LatencyCommand
{
    private const int WarmUpSeconds = 2;

    private static readonly Option<Uri?> Server = CommonOptions.Server();
    private static readonly Option<string?> Redis = CommonOptions.Redis();
    private static readonly Option<bool> OverHttp = new("--http") { Description = "Publish over HTTP to the server instead of through Redis." };
    private static readonly Option<int> Rate = CommonOptions.Number("--rate", 200, 1, 100_000, "Events a second.");
    private static readonly Option<int> Seconds = CommonOptions.Number("--seconds", 10, 1, 600, "How long to measure, after 2 seconds of warming up.");
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();

    public static Command Create()
    {
        var command = new Command("latency", "Publish -> receive on one stream, at a steady rate.") { Server, Redis, OverHttp, Rate, Seconds, Markdown };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        await using var site = await Site.StartAsync(parsed.GetValue(Server), parsed.GetValue(Redis));
        var (rate, overHttp) = (parsed.GetValue(Rate), parsed.GetValue(OverHttp));
        var session = NumberedEvents.NewSession("latency");
        await using var services = new ServiceCollection()
            .AddEventDispatcher(stream =>
            {
                if (overHttp) stream.Server = site.Server;
                else stream.Redis = site.Redis;
            })
            .BuildServiceProvider();
        var publisher = new SteadyPublisher(services.GetRequiredService<EventDispatcher>(), session, rate, textBytes: 100);

        var count = rate * (WarmUpSeconds + parsed.GetValue(Seconds));
        var latencies = new double[count];
        using var client = new StreamClient(new EventCheck(0, number => latencies[number] = publisher.SinceDue(number)));
        await client.OpenAsync(await StreamClient.FindAsync(site.Server), new Uri(site.Server, $"/events/{session}"), cursor: null);
        await client.StartedAsync();
        var reading = client.ReadUpToAsync(count - 1);
        await publisher.PublishAsync(count);
        await reading.WaitAsync(TimeSpan.FromSeconds(20));

        var sample = new Sample(latencies[(rate * WarmUpSeconds)..]);
        var table = new Table("published through", "events/s", "events", "p50", "p99", "max");
        table.Add(overHttp ? "HTTP" : "Redis", $"{rate}", $"{sample.Count}", $"{sample.P50:F2} ms", $"{sample.P99:F2} ms", $"{sample.Max:F2} ms");
        table.Print(parsed.GetValue(Markdown));
        return 0;
    }
}
