using System.Diagnostics;
using System.Net;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

public sealed class DrainTests
{
    // Without the server's own bound the host would wait 30 seconds.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Stop_TellsEveryClient_WhenManyStreamsAreOpen()
    {
        await using var server = TestServer.Start();
        var clients = await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
        {
            var client = await server.OpenAsync($"/events/s{i % 50}");
            await client.NextAsync();
            return client;
        }));
        var feeds = server.Feeds;
        feeds.OpenStreams.ShouldBe(500);
        (await StopAsync(server)).ShouldBeLessThan(Longest);
        var delays = new HashSet<TimeSpan?>();
        foreach (var client in clients)
        {
            var closing = (await client.ReadToEndAsync()).Single();
            Closings.Check(closing, "draining", 1000, 4000);
            delays.Add(closing.ReconnectionInterval);
            closing.EventId.ShouldBe("0-0");
            await client.DisposeAsync();
        }
        feeds.OpenStreams.ShouldBe(0);
        delays.Count.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task Stop_DoesNotWait_ForAClientThatTakesNothing()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start(new() { ["Log:MaxBytes"] = "100000000" });
        using var delivered = new Measurements(server, "eventstream.events.delivered");
        using var deaf = await NonReadingClient.OpenAsync(server.Address, "/events/s?from=earliest", cancellationToken);
        var feeds = server.Feeds;
        await Eventually.TrueAsync(() => feeds.OpenStreams == 1, cancellationToken);
        await server.AppendAsync("s", [.. Enumerable.Range(0, 3000).Select(_ => new Envelopes("s").Thought(new string('x', 16_000)))]);
        // The client is stuck when some was written and the count then stays the same for a hundred looks.
        var (seen, looks) = (0L, 0);
        await Eventually.TrueAsync(() =>
        {
            looks = delivered.Sum == seen ? looks + 1 : 0;
            seen = delivered.Sum;
            return seen > 0 && looks > 100;
        }, cancellationToken);
        seen.ShouldBeLessThan(3000);
        (await StopAsync(server)).ShouldBeLessThan(Longest);
        feeds.OpenStreams.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_DoesNotWait_ForABusThatIsOut(bool hangs)
    {
        var bus = new TestBus();
        await using var server = TestServer.StartWith(bus);
        await server.AppendAsync("s", new Envelopes("s").Thoughts(2000));
        // The first page arrives, the second never does.
        bus.Page = page =>
        {
            if (page.Entries.Count > 1) bus.ReadAnswers = hangs ? BusAnswers.Never : BusAnswers.Unavailable;
            return page;
        };
        await using var client = await server.OpenAsync("/events/s?from=earliest");
        await client.NextAsync(2);
        (await StopAsync(server)).ShouldBeLessThan(Longest);
        var rest = await client.ReadToEndAsync();
        rest.Count.ShouldBeLessThan(1000);
        Closings.Check(rest[^1], "draining", 1000, 4000);
    }

    [Fact]
    public async Task Get_SaysDraining_WhenTheServerIsStopping()
    {
        using var gate = new StopGate();
        await using var server = TestServer.Start(services: services => services.AddSingleton<IHostedService>(gate));
        await using var open = await server.OpenAsync("/events/s");
        await open.NextAsync();
        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Closings.Check((await open.ReadToEndAsync()).Single(), "draining", 1000, 4000);

        await using var browser = await server.OpenAsync("/events/s");
        browser.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        Closings.Check((await browser.ReadToEndAsync()).Single(), "draining", 1000, 4000);
        await using var other = await SseClient.OpenAsync(server.Client, "/events/s", accept: "*/*");
        other.Response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        other.Response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        other.Response.Headers.RetryAfter!.Delta.ShouldNotBeNull();
        gate.Open();
    }

    [Fact]
    public async Task Probes_SayThatTheServerStops_WhileItDrains()
    {
        using var gate = new StopGate();
        await using var server = TestServer.Start(services: services => services.AddSingleton<IHostedService>(gate));
        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        var ready = await server.GetAsync("/health/ready");
        ready.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        ready.Text.ShouldBe("""{"status":"not_ready","reason":"The server is stopping."}""");
        (await server.GetAsync("/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        (await server.PostAsync("/events/s", """{"type":"t"}""")).Status.ShouldBe(HttpStatusCode.OK);
        gate.Open();
    }

    [Theory]
    [InlineData("POST /events/s HTTP/1.1\nHost: localhost\nContent-Type: appl")]
    [InlineData("DELETE /events/s HTTP/1.1\nHost: localhost\nContent-Length: 1000\n\n{")]
    [InlineData("POST /nowhere HTTP/1.1\nHost: localhost\nContent-Length: 1000\n\n{")]
    [InlineData("POST /events/s HTTP/1.1\nHost: localhost\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n5\n{\"typ\n")]
    public async Task Stop_DoesNotWait_ForTheRestOfARequest(string half)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start();
        using var client = await RawClient.ConnectAsync(server.Address, cancellationToken);
        // An answer to this request shows that the server is reading the next one.
        await client.SendAsync("GET /health/live HTTP/1.1\nHost: localhost\n\n", cancellationToken);
        await client.ReadUntilAsync("\r\n0\r\n", cancellationToken);
        await client.SendAsync(half, cancellationToken);
        (await StopAsync(server)).ShouldBeLessThan(Longest);
    }

    [Fact]
    public async Task Stop_DoesNotWait_ForAHistoryThatNoClientReads()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bus = new TestBus(new() { MaxBytes = 100_000_000 });
        await using var server = TestServer.StartWith(bus);
        await server.AppendAsync("s", [.. Enumerable.Range(0, 300).Select(_ => new Envelopes("s").Thought(new string('x', 200_000)))]);
        using var deaf = await NonReadingClient.OpenAsync(server.Address, "/events/s/history?limit=1000", cancellationToken);
        // The response has more than fits on its way, and is written once the state and two pieces were read.
        await Eventually.TrueAsync(() => bus.Reads >= 3, cancellationToken);
        (await StopAsync(server)).ShouldBeLessThan(Longest);
    }

    private static async Task<TimeSpan> StopAsync(TestServer server)
    {
        var started = Stopwatch.GetTimestamp();
        await server.StopAsync();
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Delays the server between the notice of its stop and the stop itself.</summary>
    private sealed class StopGate : IHostedLifecycleService, IDisposable
    {
        private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _opened.TrySetResult();

        public void Dispose() => Open();

        public Task StoppingAsync(CancellationToken cancellationToken) => _opened.Task.WaitAsync(Timeouts.Default, cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
