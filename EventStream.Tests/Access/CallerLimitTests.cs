using System.Net;
using System.Net.Http.Headers;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>No caller takes more of a node than it may, and none suffers from another that tries.</summary>
public sealed class CallerLimitTests : IDisposable
{
    private const string Line = """{"type":"zzz.unknown","n":1}""";

    private readonly Dictionary<string, string> _settings = [];
    private readonly string _greedy;
    private readonly string _other;
    private TestServer? _server;

    public CallerLimitTests()
    {
        _greedy = AccessSite.AddKey(_settings, "greedy", "subscribe *", "publish *", "command *", "admin *");
        _other = AccessSite.AddKey(_settings, "other", "subscribe *", "publish *");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TestServer Server => _server ??= TestServer.Start(_settings);

    public void Dispose() => _server?.Dispose();

    [Fact]
    public async Task Stream_IsRefusedWith429_WhenTheCallerHasAsManyAsItMay_UntilOneEnds()
    {
        Limit("Streams", 2);
        using var first = await WatchAsync(_greedy);
        using var second = await WatchAsync(_greedy);

        using var refused = await WatchAsync(_greedy);

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBe(TimeSpan.FromSeconds(5));
        (await refused.Content.ReadAsStringAsync(Cancel)).ShouldContain("'greedy' may have 2 streams open on a node, those of its tickets included (Access:Limits:Streams).");
        (await WatchAsync(_other)).StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Dispose();
        await Eventually.TrueAsync(async () => (await WatchAsync(_greedy)).StatusCode == HttpStatusCode.OK, Cancel);
    }

    [Fact]
    public async Task EventSource_IsToldInsideAStream_WhenTheCallerHasAsManyAsItMay()
    {
        Limit("Streams", 1);
        using var first = await WatchAsync(_greedy);

        using var refused = await WatchAsync(_greedy, "text/event-stream");

        refused.StatusCode.ShouldBe(HttpStatusCode.OK);
        var text = await refused.Content.ReadAsStringAsync(Cancel);
        text.ShouldStartWith("retry: ");
        text.ShouldContain("event: stream_closing\n");
        text.ShouldContain("\"session_id\":\"s\"");
        text.ShouldContain("\"reason\":\"too_many_streams\",\"reconnect\":true");
        text.ShouldContain("Access:Limits:Streams");
    }

    [Fact]
    public async Task WebSocket_IsClosedWith1013_WhenTheCallerHasAsManyAsItMay()
    {
        Limit("Streams", 1);
        using var first = await WatchAsync(_greedy);

        await using var client = await WebSocketClient.OpenAsync(Server.Address, "/ws/events/s", options => options.SetRequestHeader("Authorization", $"Bearer {_greedy}"));

        (await client.ReadToEndAsync()).Single().Type.ShouldBe("stream_closing");
        (client.CloseCode, client.CloseReason).ShouldBe((1013, "too_many_streams"));
    }

    [Fact]
    public async Task Streams_AreCountedForEachUser_AndForTheKeyThatMadeTheirTickets()
    {
        Limit("UserStreams", 1);
        Limit("Streams", 2);
        var (ann, bob, eve) = (await TicketAsync("ann"), await TicketAsync("bob"), await TicketAsync("eve"));
        using var first = await WatchAsync(ann);

        (await WatchAsync(ann)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        using var second = await WatchAsync(bob);

        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var refused = await WatchAsync(eve);
        (await refused.Content.ReadAsStringAsync(Cancel)).ShouldContain("'greedy' may have 2 streams open");
    }

    [Fact]
    public async Task Places_AreGivenBack_HoweverAStreamEnds()
    {
        Limit("Streams", 1);
        foreach (var path in (string[])["/events/s?close=session&from=earliest", "/events/s?from=nonsense", "/api/stream/projects/p1/agent-runs/none/events", "/events/s?close=terminal&run_id=r&last_event_id=1-1"])
        {
            for (var i = 0; i < 3; i++) (await WatchAsync(_greedy, path: path)).Dispose();
            await Eventually.TrueAsync(async () => (await WatchAsync(_greedy)) is { StatusCode: HttpStatusCode.OK } open && Close(open), Cancel, path);
        }
    }

    [Fact]
    public async Task Publish_IsRefusedWith429_WhenTheEventsAreMoreThanTheCallersRate()
    {
        Limit("EventsPerSecond", 1);
        await PublishAsync(_greedy, "s", 1000, "?broadcast=true");
        await PublishAsync(_greedy, "s", 1000);

        var refused = await PublishAsync(_greedy, "s", 2);

        refused.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Title.ShouldBe("'greedy' may publish 1 event a second to a node; nothing was stored (Access:Limits:EventsPerSecond).");
        refused.RetryAfter!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        (await PublishAsync(_other, "s", 2)).Status.ShouldBe(HttpStatusCode.OK);
        await Eventually.TrueAsync(async () => (await PublishAsync(_greedy, "s", 1)).Status == HttpStatusCode.OK, Cancel);
    }

    [Fact]
    public async Task Publish_IsRefusedWith429_WhenTheBytesAreMoreThanTheCallersRate()
    {
        Limit("BytesPerSecond", 100);
        var body = Text(250_000);
        while ((await AskAsync(HttpMethod.Post, "/events/s", _greedy, body)) is { Status: HttpStatusCode.OK }) { }

        var refused = await AskAsync(HttpMethod.Post, "/events/s", _greedy, body);

        refused.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Title.ShouldContain("'greedy' may send 100 bytes a second to a node; nothing was stored (Access:Limits:BytesPerSecond).");
    }

    [Fact]
    public async Task Upload_IsSlowedDownAndStoredWhole_WhenItIsFasterThanTheCallersRate()
    {
        Limit("EventsPerSecond", 2000);
        var lines = string.Join('\n', Enumerable.Range(0, 7000).Select(i => $$"""{"type":"zzz.unknown","n":{{i}}}"""));

        var answer = await UploadAsync("/ingest/argos?session_id=s", lines);

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text[..Math.Min(500, answer.Text.Length)]);
        answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(7000);
    }

    [Fact]
    public async Task Tickets_AreRefusedWith429_WhenTheCallerMakesMoreThanItMay()
    {
        Limit("TicketsPerSecond", 1);
        HttpAnswer answer;
        do answer = await MakeTicketAsync("u"); while (answer.Status == HttpStatusCode.OK);

        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Title.ShouldBe("'greedy' may make 1 ticket a second (Access:Limits:TicketsPerSecond).");
        answer.Json.GetProperty("type").GetString().ShouldBe("https://tools.ietf.org/html/rfc6585#section-4");
    }

    [Fact]
    public async Task Upload_IsRefusedWith429_WhenTheCallerHasAsManyAsItMay()
    {
        Limit("Uploads", 1);
        using var open = await RawClient.ConnectAsync(Server.Address, Cancel);
        await open.SendAsync($"POST /ingest/argos?session_id=s HTTP/1.1\nHost: localhost\nAuthorization: Bearer {_greedy}\nContent-Type: application/x-ndjson\nExpect: 100-continue\nTransfer-Encoding: chunked\n\n", Cancel);
        // The server answers 100 once it reads the body: then this upload is under way.
        (await open.ReadUntilAsync("\r\n\r\n", Cancel)).ShouldStartWith("HTTP/1.1 100 ");

        var refused = await UploadAsync("/ingest/argos?session_id=s", Line);

        refused.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Title.ShouldBe("'greedy' may have 1 upload under way on a node; nothing was stored (Access:Limits:Uploads).");
        open.Dispose();
        await Eventually.TrueAsync(async () => (await UploadAsync("/ingest/argos?session_id=s", Line)).Status == HttpStatusCode.OK, Cancel);
    }

    [Fact]
    public async Task Publish_IsRefusedWith429_WhenTheCallerHasAsManySessionsAsItMay_UntilOneIsDeleted()
    {
        Limit("Sessions", 2);
        await PublishAsync(_greedy, "a", 1);
        await PublishAsync(_greedy, "b", 1);

        var refused = await PublishAsync(_greedy, "c", 1);

        refused.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Title.ShouldBe("'greedy' may have 2 sessions in logs; nothing was stored (Access:Limits:Sessions).");
        refused.RetryAfter!.Value.ShouldBeInRange(TimeSpan.FromHours(23), TimeSpan.FromHours(24));
        (await PublishAsync(_greedy, "b", 1)).Status.ShouldBe(HttpStatusCode.OK);
        (await PublishAsync(_other, "c", 1)).Status.ShouldBe(HttpStatusCode.OK);
        (await AskAsync(HttpMethod.Delete, "/events/a", _greedy)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await PublishAsync(_greedy, "c", 1)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Upload_IsRefusedWith429_WhenTheCallerHasAsManySessionsAsItMay()
    {
        Limit("Sessions", 1);
        await PublishAsync(_greedy, "a", 1);

        (await UploadAsync("/ingest/argos?session_id=a", Line)).Status.ShouldBe(HttpStatusCode.OK);
        var refused = await UploadAsync("/ingest/argos?session_id=b", Line);

        (refused.Status, refused.Title).ShouldBe((HttpStatusCode.TooManyRequests, "'greedy' may have 1 session in logs; nothing was stored (Access:Limits:Sessions)."));
    }

    [Fact]
    public async Task Publish_IsRefusedWith429_WhenLogsHoldAsMuchOfTheCallerAsTheyMay()
    {
        Limit("StoredBytes", 1_000_000);
        var body = Text(200_000);
        HttpAnswer answer;
        var stored = 0;
        while ((answer = await AskAsync(HttpMethod.Post, $"/events/s{stored}", _greedy, body)).Status == HttpStatusCode.OK) stored++;

        stored.ShouldBe(4);
        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Title.ShouldBe("'greedy' may have 1000000 bytes in logs; nothing was stored (Access:Limits:StoredBytes).");
    }

    [Fact]
    public async Task Publish_IsRefusedWith413_WhenItNamesMoreProjectsThanItMay()
    {
        Limit("Projects", 2);

        var refused = await AskAsync(HttpMethod.Post, "/events/s", _greedy, $"[{string.Join(',', Enumerable.Range(0, 3).Select(i => $$"""{"type":"note","project_id":"p{{i}}"}"""))}]");

        refused.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        refused.Title.ShouldBe("The events name 3 projects; those of one request may name 2 (Access:Limits:Projects).");
    }

    [Fact]
    public async Task OpenServer_LimitsNothing_UnlessLimitsAreSet()
    {
        _settings.Clear();
        Limit("Sessions", 1);
        await Server.PostAsync("/events/a", """{"type":"note"}""");

        var refused = await Server.PostAsync("/events/b", """{"type":"note"}""");

        refused.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Title.ShouldContain("' may have 1 session in logs");
        using var open = TestServer.Start([]);
        for (var i = 0; i < 3; i++) (await open.PostAsync($"/events/s{i}", """{"type":"note"}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static string Text(int length) => $$$"""{"type":"note","payload":{"text":"{{{new string('x', length)}}}"}}""";

    private static bool Close(HttpResponseMessage answer)
    {
        answer.Dispose();
        return true;
    }

    private void Limit(string name, int most) => _settings[$"Access:Limits:{name}"] = most.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private Task<HttpAnswer> PublishAsync(string key, string session, int events, string query = "") =>
        AskAsync(HttpMethod.Post, $"/events/{session}{query}", key, $"[{string.Join(',', Enumerable.Repeat("""{"type":"note"}""", events))}]");

    private Task<HttpAnswer> UploadAsync(string path, string lines) => AskAsync(HttpMethod.Post, path, _greedy, lines, "application/x-ndjson");

    private Task<HttpAnswer> MakeTicketAsync(string subject) => AskAsync(HttpMethod.Post, "/tickets", _greedy, $$"""{"grants":["subscribe session:s"],"subject":"{{subject}}"}""");

    private async Task<string> TicketAsync(string subject) => AccessSite.Ticket(await MakeTicketAsync(subject));

    private Task<HttpAnswer> AskAsync(HttpMethod method, string path, string credential, string? body = null, string type = "application/json") => Server.AskAsync(new HttpRequestMessage(method, path)
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", credential) },
        Content = body is null ? null : new StringContent(body, new MediaTypeHeaderValue(type)),
    });

    private async Task<HttpResponseMessage> WatchAsync(string credential, string accept = "*/*", string path = "/events/s")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", credential) } };
        request.Headers.Accept.ParseAdd(accept);
        return await Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }
}
