using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Samples;

/// <summary>The publisher of <c>samples/python</c>, which people copy into their projects.</summary>
[Needs(Need.Python, Need.Redis)]
public sealed class PythonPublisherTests : IAsyncDisposable
{
    private readonly string _session = $"s-{Guid.NewGuid():N}";
    private readonly ConcurrentQueue<JsonElement> _requests = new();
    private readonly ConcurrentQueue<JsonElement> _stored = new();
    private Process? _python;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_python is null) return;
        if (!_python.HasExited) _python.Kill();
        await _python.WaitForExitAsync(CancellationToken.None);
        _python.Dispose();
    }

    [Fact]
    public async Task Events_AreStoredOnceAndInOrder_WhenTheServerIsKilledAndStartedAgain()
    {
        const int Events = 3000;
        await using var redis = await RedisServer.StartOwnAsync();
        await using var server = new RestartableServer($"--ConnectionStrings:Redis={redis.ConnectionString}");
        await server.StartAsync(Cancel);
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = redis.ConnectionString });
        Start(server.Address, $"""
            import time
            with Publisher(session, server) as events:
                for n in range({Events}):
                    events.publish("note", dict(n=n))
                    time.sleep(0.001)
            """);

        for (var round = 1; round <= 2; round++)
        {
            await Eventually.TrueAsync(async () => await CountAsync(bus) >= round * 800, Cancel);
            await server.KillAsync();
            await server.StartAsync(Cancel);
        }
        (await EndAsync()).ShouldBe((0, ""));

        var held = new List<int>();
        for (var page = await ReadAsync(bus, Cursor.Zero); page.Entries.Count > 0; page = await ReadAsync(bus, page.Entries[^1].Cursor)) held.AddRange(page.Entries.Select(entry => NumberOf(JsonElement.Parse(Envelopes.Read(entry).Payload.Utf8.Span))));
        held.ShouldBe(Enumerable.Range(0, Events));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(0)]
    public async Task Events_AreSentAgainUnderTheirIds_After(int status)
    {
        await using var server = await StartServerAsync(context =>
        {
            if (status == 0) context.Abort();
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "0";
            return Task.CompletedTask;
        }, faults: 1);
        Start(server.Address, "with Publisher(session, server) as events:\n    for n in range(20): events.publish('note', dict(n=n), run_id='r')");

        (await EndAsync()).ShouldBe((0, ""));
        _stored.Select(NumberOfEvent).ShouldBe(Enumerable.Range(0, 20));
        var first = _requests.First().EnumerateArray().Select(IdOf).ToList();
        _stored.Select(IdOf).Take(first.Count).ShouldBe(first);
        _stored.Select(IdOf).Distinct().Count().ShouldBe(20);
    }

    [Fact]
    public async Task Events_AreSentAgain_WhenTheServerIsSlow()
    {
        await using var server = await StartServerAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted), faults: 1);
        Start(server.Address, "with Publisher(session, server, timeout=0.3) as events:\n    events.publish('note', dict(n=0))");

        (await EndAsync()).ShouldBe((0, ""));
        _stored.Select(NumberOfEvent).ShouldBe([0]);
        _requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Events_AreSentInSmallerRequests_WhereAProxyTakesLess()
    {
        await using var server = await StartServerAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return Task.CompletedTask;
        }, largest: 2000);
        Start(server.Address, "with Publisher(session, server) as events:\n    for n in range(100): events.publish('note', dict(n=n))");

        (await EndAsync()).ShouldBe((0, ""));
        _stored.Select(NumberOfEvent).ShouldBe(Enumerable.Range(0, 100));
    }

    [Theory]
    [InlineData("events.publish('note', dict(text='x' * 300000))", "413: ")]
    [InlineData("events.publish('Not A Type')", "400: /")]
    [InlineData("events.publish('note', run_id='ended')", "run_ended")]
    public async Task Others_AreStored_WhenOneIsRefused(string wrong, string reason)
    {
        await using var server = TestServer.Start();
        await server.PostAsync($"/events/{_session}", """[{"type":"run_started","payload":{"run_id":"ended"}},{"type":"run_completed","payload":{"run_id":"ended"}}]""");
        Start(server.Address, $"with Publisher(session, server) as events:\n    events.publish('note', dict(n=0))\n    {wrong}\n    events.publish('note', dict(n=1))");

        var (exitCode, errors) = await EndAsync();

        exitCode.ShouldBe(1);
        errors.ShouldContain($"PublishError: 1 event(s) weren't stored; the first because: {reason}");
        (await server.GetAsync($"/events/{_session}/history")).Json.GetProperty("events").EnumerateArray().Where(told => told.GetProperty("type").GetString() == "note").Select(NumberOfEvent).ShouldBe([0, 1]);
    }

    [Theory]
    [InlineData("Publisher('a b')", "ValueError: session is 'a b'; it has 1 to 128 letters")]
    [InlineData("Publisher(session, 'localhost:8000')", "ValueError: server is 'localhost:8000'; write an address such as http://localhost:8000.")]
    [InlineData("Publisher(session).publish('note', {1, 2})", "ValueError: The event can't be written as JSON")]
    [InlineData("Publisher(session).publish('note', float('nan'))", "ValueError: The event can't be written as JSON")]
    [InlineData("p = Publisher(session)\np.close()\np.publish('note')", "RuntimeError: The publisher is closed")]
    [InlineData("with Publisher(session, 'http://127.0.0.1:9', retry_budget=0.1) as p: p.publish('note')", "the server didn't take it for 0.1 s; no answer: [Errno 111] Connection refused")]
    public async Task Mistake_IsTold(string code, string error)
    {
        Start(new Uri("http://127.0.0.1:9"), code);

        var (exitCode, errors) = await EndAsync();

        exitCode.ShouldBe(1);
        errors.ShouldContain(error);
    }

    private Task<LoopbackServer> StartServerAsync(RequestDelegate fault, int faults = int.MaxValue, long largest = 0) => LoopbackServer.StartAsync(async context =>
    {
        var events = await context.Request.ReadFromJsonAsync<JsonElement>(Cancel);
        _requests.Enqueue(events);
        if (_requests.Count <= faults && context.Request.ContentLength > largest)
        {
            await fault(context);
            return;
        }
        foreach (var stored in events.EnumerateArray()) _stored.Enqueue(stored);
        await context.Response.WriteAsJsonAsync(events.EnumerateArray().Select(stored => new { event_id = IdOf(stored), id = "1-1", outcome = "stored" }), Cancel);
    }, Cancel);

    private void Start(Uri server, string code)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["-c", $"import sys\nfrom eventstream import Publisher\nsession, server = sys.argv[1:]\n{code}", _session, server.ToString()]) start.ArgumentList.Add(argument);
        start.Environment["PYTHONPATH"] = Repository.PathOf("samples", "python");
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        _python = TiedProcess.Start(start);
    }

    private async Task<(int ExitCode, string Errors)> EndAsync()
    {
        var errors = await _python!.StandardError.ReadToEndAsync(Cancel).WaitAsync(Timeouts.Default, Cancel);
        await _python.WaitForExitAsync(Cancel);
        return (_python.ExitCode, errors);
    }

    private async ValueTask<long> CountAsync(RedisEventBus bus) => (await bus.ReadAsync(StreamKey.Session(_session), Cursor.Zero, 1, Cancel)).Head.Offset;

    private ValueTask<LogPage> ReadAsync(RedisEventBus bus, Cursor after) => bus.ReadAsync(StreamKey.Session(_session), after, 1000, Cancel);

    private static string IdOf(JsonElement told) => told.GetProperty("event_id").GetString()!;

    private static int NumberOfEvent(JsonElement told) => NumberOf(told.GetProperty("payload"));

    private static int NumberOf(JsonElement payload) => payload.GetProperty("n").GetInt32();
}
