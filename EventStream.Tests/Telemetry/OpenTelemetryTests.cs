using System.Diagnostics;
using System.Text;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Telemetry;

/// <summary>The real process with a collector: what it exports, and that exporting delays nothing.</summary>
public sealed class OpenTelemetryTests
{
    // One second for the flush and one for the rest, and more for a busy machine. Without the bound it would take ten.
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(5);

    private const string ExportsSoon = "--OTEL_BSP_SCHEDULE_DELAY=100";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Process_StopsInTime_WhenTheCollectorNeverAnswers(string protocol)
    {
        await using var collector = new SilentCollector();
        await using var server = await StartAsync(collector.Address, protocol);
        using var client = new HttpClient { BaseAddress = server.Address };
        await PublishAsync(client);

        var since = Stopwatch.GetTimestamp();
        (await server.TerminateAsync()).ShouldBe(0);
        var took = Stopwatch.GetElapsedTime(since);

        TestContext.Current.TestOutputHelper?.WriteLine($"Stopping took {took.TotalSeconds:F2} s.");
        took.ShouldBeLessThan(StopsWithin);
        collector.Connections.ShouldBeGreaterThan(0, "Nothing was exported, so nothing was waited for.");
    }

    [Fact]
    public async Task Collector_HasSpansAndMetrics_WhenTheServerHasStopped()
    {
        await using var collector = await RecordingCollector.StartAsync(Cancel);
        // The flush at the stop takes a second at most, which a slow machine may need for less.
        for (var tries = 0; tries < 5 && (collector.Traces.Length == 0 || collector.Metrics.Length == 0); tries++)
        {
            await using var server = await StartAsync(collector.Address, "http/protobuf");
            using var client = new HttpClient { BaseAddress = server.Address };
            await PublishAsync(client);
            (await server.TerminateAsync()).ShouldBe(0);
        }

        foreach (var text in (string[])["POST /events/{sessionId}", "publish", "eventstream.session_id", "http.route", "service.name", "eventstream"])
            collector.Traces.ShouldContain(text);
        foreach (var meter in (string[])["EventStream", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"])
            collector.Metrics.ShouldContain(meter);
        foreach (var instrument in (string[])["eventstream.events.published", "http.server.request.duration", "dotnet.gc.collections"])
            collector.Metrics.ShouldContain(instrument);
    }

    [Fact]
    public async Task Collector_HasNoSpan_OfAStream()
    {
        await using var collector = await RecordingCollector.StartAsync(Cancel);
        await using var server = await StartAsync(collector.Address, "http/protobuf", ExportsSoon);
        using var client = new HttpClient { BaseAddress = server.Address };
        await using (await SseClient.OpenAsync(client, "/events/browser")) { }
        await using (await SseClient.OpenAsync(client, "/events/curl", accept: "*/*")) { }
        using (await RawWebSocket.OpenAsync(server.Address.Port, "/ws/events/socket", Cancel)) { }
        using (var refused = await client.GetAsync("/events/refused?from=nowhere", Cancel)) refused.IsSuccessStatusCode.ShouldBeFalse();

        // The last flush may be cut on a slow machine.
        await Eventually.TrueAsync(() => collector.Traces.Contains("/events/refused", StringComparison.Ordinal), Cancel);
        (await server.TerminateAsync()).ShouldBe(0);

        foreach (var stream in (string[])["/events/browser", "/events/curl", "/ws/events/socket"]) collector.Traces.ShouldNotContain(stream);
    }

    [Fact]
    public async Task ServiceName_IsTheOneThatIsSet()
    {
        await using var collector = await RecordingCollector.StartAsync(Cancel);
        await using var server = await StartAsync(collector.Address, "http/protobuf", ExportsSoon, "--OTEL_SERVICE_NAME=of-our-own");
        using var client = new HttpClient { BaseAddress = server.Address };
        await PublishAsync(client);

        await Eventually.TrueAsync(() => collector.Traces.Contains("of-our-own", StringComparison.Ordinal), Cancel);
    }

    [Fact]
    public async Task Server_HasNoTelemetry_WhenNoEndpointIsSet()
    {
        await using var server = TestServer.Start();

        server.Services.GetService<TracerProvider>().ShouldBeNull();
        server.Services.GetService<MeterProvider>().ShouldBeNull();
    }

    private static Task<ApiProcess> StartAsync(Uri collector, string protocol, params string[] settings) =>
        ApiProcess.StartAsync([$"--OTEL_EXPORTER_OTLP_ENDPOINT={collector}", $"--OTEL_EXPORTER_OTLP_PROTOCOL={protocol}", .. settings]);

    private static async Task PublishAsync(HttpClient client)
    {
        using var body = new StringContent("""{"type":"note","payload":{}}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("/events/traced", body, Cancel);
        answer.EnsureSuccessStatusCode();
    }
}
