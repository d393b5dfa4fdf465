using System.Globalization;
using System.Net;
using System.Text.Json;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>Many users whose tickets end at different times, beside a publisher that wants too much.</summary>
[Collection(nameof(NonParallelCollection))]
public sealed class TicketLoadTests : IAsyncLifetime
{
    private const int Streams = 1000, Events = 140, ShortestSeconds = 5, LongestSeconds = 60;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    private readonly SteppedTime _time = new();
    private readonly Dictionary<string, string> _settings = new()
    {
        ["Access:Limits:EventsPerSecond"] = "1",
        ["Access:Limits:TicketsPerSecond"] = "100000",
    };

    private readonly int[] _seen = new int[Streams];
    private readonly string _backend;
    private readonly string _steady;
    private readonly string _greedy;
    private readonly TestServer _server;

    public TicketLoadTests()
    {
        _backend = AccessSite.AddKey(_settings, "backend", "subscribe *");
        _steady = AccessSite.AddKey(_settings, "steady", "publish *");
        _greedy = AccessSite.AddKey(_settings, "greedy", "publish *");
        _server = TestServer.Start(_settings, services => services.AddSingleton<TimeProvider>(_time));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Streams_MissAndRepeatNothing_WhenTheirTicketsEndAndOneCallerPublishesTooMuch()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var watching = Enumerable.Range(0, Streams).Select(WatchAsync).ToArray();
        await Eventually.TrueAsync(() => SeenByAll(0) || Failed(watching), Cancel);
        var flooding = FloodAsync(over.Token);

        for (var number = 1; number <= Events && !Failed(watching); number++)
        {
            (await PublishAsync(_steady, "s", $$$"""{"type":"note","payload":{"number":{{{number}}}}}""")).Status.ShouldBe(HttpStatusCode.OK);
            // The clock doesn't run away from clients that come back.
            await Eventually.TrueAsync(() => SeenByAll(number) || Failed(watching), Cancel);
            _time.Advance(Step);
        }

        var ends = await Task.WhenAll(watching).WaitAsync(Timeouts.Default, Cancel);
        ends.ShouldAllBe(count => count.Expired >= 1);
        ends.ShouldAllBe(count => count.Expiring >= count.Expired);
        await over.CancelAsync();
        var (stored, refused) = await flooding;
        stored.ShouldBePositive();
        refused.ShouldBeGreaterThan(stored);
    }

    private static bool Failed(Task[] tasks) => Array.Exists(tasks, task => task.IsFaulted);

    private bool SeenByAll(int number) => Array.TrueForAll(_seen, seen => seen > number);

    // As a browser does: with a new ticket, from the last id that it saw.
    private async Task<(int Expiring, int Expired)> WatchAsync(int index)
    {
        var (expiring, expired) = (0, 0);
        string? lastId = null;
        while (true)
        {
            var ticket = await TicketAsync(index);
            await using var stream = await SseClient.OpenAsync(_server.Client, $"/events/s?ticket={ticket}", lastId);
            // It may have ended on the way.
            if (stream.Response.StatusCode == HttpStatusCode.Unauthorized) continue;
            var started = await stream.NextAsync();
            JsonElement.Parse(started.Data).GetProperty("payload").GetProperty("resume").GetString().ShouldBe(lastId is null ? "none" : "full");
            if (lastId is null) _seen[index] = 1;
            while (true)
            {
                var item = await stream.NextAsync();
                if (item.EventType == "auth_expiring") expiring++;
                if (item.EventType == "stream_closing")
                {
                    item.Data.ShouldContain("\"reason\":\"auth_expired\"");
                    expired++;
                    break;
                }
                if (item.EventType != "note") continue;
                var number = JsonElement.Parse(item.Data).GetProperty("payload").GetProperty("number").GetInt32();
                number.ShouldBe(_seen[index]);
                Volatile.Write(ref _seen[index], number + 1);
                if (number == Events) return (expiring, expired);
            }
            lastId = stream.LastId;
        }
    }

    private async Task<(int Stored, int Refused)> FloodAsync(CancellationToken stop)
    {
        var (stored, refused) = (0, 0);
        var batch = $"[{string.Join(',', Enumerable.Repeat("""{"type":"note"}""", 500))}]";
        while (!stop.IsCancellationRequested)
        {
            var answer = await PublishAsync(_greedy, "noise", batch);
            if (answer.Status == HttpStatusCode.OK) stored++;
            else if (answer.Status == HttpStatusCode.TooManyRequests) refused++;
            else throw new InvalidOperationException($"{answer.Status}: {answer.Text}");
        }
        return (stored, refused);
    }

    private async Task<string> TicketAsync(int index)
    {
        var seconds = ShortestSeconds + index % (LongestSeconds - ShortestSeconds + 1);
        var body = string.Create(CultureInfo.InvariantCulture, $$"""{"grants":["subscribe session:s"],"subject":"user-{{index}}","expires_in":{{seconds}}}""");
        return AccessSite.Ticket(await AskAsync("/tickets", _backend, body));
    }

    private Task<HttpAnswer> PublishAsync(string key, string session, string body) => AskAsync($"/events/{session}", key, body);

    private Task<HttpAnswer> AskAsync(string path, string key, string body) =>
        _server.AskAsync(new HttpRequestMessage(HttpMethod.Post, path) { Headers = { Authorization = new("Bearer", key) }, Content = new StringContent(body) });
}
