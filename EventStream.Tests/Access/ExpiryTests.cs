using System.Net;
using System.Net.ServerSentEvents;
using EventStream.Api.Access.Keys;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>What an open stream does when what its client showed ends.</summary>
public sealed class ExpiryTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("eventstream-").FullName;
    private readonly SteppedTime _time = new();
    private readonly RecordingLogger<KeyFile> _log = new();
    private readonly string _key;
    private readonly string _fileKey;
    private readonly TestServer _server;

    public ExpiryTests()
    {
        var settings = new Dictionary<string, string> { ["Access:File"] = Path.Combine(_folder, "keys.json") };
        _key = AccessSite.AddKey(settings, "backend", "subscribe *", "publish *");
        var inFile = new Dictionary<string, string>();
        _fileKey = AccessSite.AddKey(inFile, "worker", "subscribe *", "publish *");
        WriteKeys(inFile["Access:Keys:worker:Hash"]);
        _server = TestServer.Start(settings, services => services.AddSingleton<TimeProvider>(_time).AddSingleton<ILogger<KeyFile>>(_log));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Stream_SaysThatTheTicketEnds_ThenEnds_AndGoesOnWithANewTicket()
    {
        var made = _time.GetUtcNow();
        await using var stream = await OpenAsync(await TicketAsync(_key, 300), lastEventId: null);
        await PublishAsync("first");
        (await stream.NextAsync()).EventType.ShouldBe("first");

        _time.Advance(TimeSpan.FromSeconds(230));
        var expiring = await NextAsync(stream);
        expiring.EventType.ShouldBe("auth_expiring");
        // A jittered minute before the end.
        (_time.GetUtcNow() - made).ShouldBeInRange(TimeSpan.FromSeconds(240), TimeSpan.FromSeconds(256));
        DateTimeOffset.Parse(System.Text.Json.JsonElement.Parse(expiring.Data).GetProperty("payload").GetProperty("expires_at").GetString()!, null).ShouldBe(made.AddSeconds(300), TimeSpan.FromSeconds(1));
        await PublishAsync("second");
        (await stream.NextAsync()).EventType.ShouldBe("second");

        var closing = await NextAsync(stream);
        closing.EventType.ShouldBe("stream_closing");
        closing.Data.ShouldContain("\"reason\":\"auth_expired\",\"reconnect\":false");
        await PublishAsync("third");

        await using var again = await OpenAsync(await TicketAsync(_key, 300), stream.LastId);
        (await again.NextAsync()).EventType.ShouldBe("third");
    }

    [Fact]
    public async Task Stream_SaysAtOnceThatTheTicketEnds_WhenLessThanAMinuteIsLeft()
    {
        await using var stream = await OpenAsync(await TicketAsync(_key, 30), lastEventId: null);
        (await NextAsync(stream)).EventType.ShouldBe("auth_expiring");
    }

    [Fact]
    public async Task EventSource_IsRefused_WithWhatItsPageMayRead_WhenItComesBackWithAnEndedTicket()
    {
        var ticket = await TicketAsync(_key, 5);
        _time.Advance(TimeSpan.FromSeconds(6));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/events/s?ticket={ticket}");
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        var answer = await _server.AskAsync(request);
        (answer.Status, answer.Title).ShouldBe((HttpStatusCode.Unauthorized, "The ticket has expired; ask for a new one."));
    }

    [Fact]
    public async Task Streams_End_WhenTheirKeyIsTakenOutOfTheFile()
    {
        await using var byKey = await OpenAsync(_fileKey, lastEventId: null);
        await using var byTicket = await OpenAsync(await TicketAsync(_fileKey, 3600), lastEventId: null);
        await using var byOther = await OpenAsync(_key, lastEventId: null);

        WriteKeys(hash: null);
        foreach (var stream in (SseClient[])[byKey, byTicket])
        {
            var closing = await NextAsync(stream);
            closing.EventType.ShouldBe("stream_closing");
            closing.Data.ShouldContain("\"reason\":\"auth_revoked\",\"reconnect\":false");
        }
        await PublishAsync("goes_on");
        (await byOther.NextAsync()).EventType.ShouldBe("goes_on");
        (await AskAsync(HttpMethod.Get, "/events/s/history", _fileKey)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("{\"Keys\":")]
    [InlineData("""{"Keys":{"worker":{"Name":"\ud800"}}}""")]
    [InlineData("""{"Keys":{"\ud800":{}}}""")]
    public async Task Keys_GoOnToCount_WhenTheFileIsBroken(string text)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "keys.json"), text, Cancel);
        await Eventually.TrueAsync(() => Advanced(() => _log.Lines.Contains("Warning KeysNotRead")), Cancel);
        (await AskAsync(HttpMethod.Get, "/events/s/history", _fileKey)).Status.ShouldBe(HttpStatusCode.OK);
    }

    private void WriteKeys(string? hash)
    {
        var keys = hash is null ? "" : $"\"worker\":{{\"Hash\":\"{hash}\",\"Grants\":[\"subscribe *\",\"publish *\"]}}";
        File.WriteAllText(Path.Combine(_folder, "keys.json"), $"{{\"Keys\":{{{keys}}}}}");
    }

    private async Task<SseClient> OpenAsync(string credential, string? lastEventId)
    {
        using var client = new HttpClient { BaseAddress = _server.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", credential);
        var stream = await SseClient.OpenAsync(client, "/events/s", lastEventId);
        (await stream.NextAsync()).EventType.ShouldBe("session_stream_started");
        return stream;
    }

    // Moves the clock on, in steps of the server's own, until an event comes.
    private async Task<SseItem<string>> NextAsync(SseClient stream)
    {
        var next = stream.NextAsync();
        await Eventually.TrueAsync(() => Advanced(() => next.IsCompleted), Cancel);
        return await next;
    }

    private bool Advanced(Func<bool> condition)
    {
        if (condition()) return true;
        _time.Advance(TimeSpan.FromMilliseconds(500));
        return false;
    }

    private async Task<string> TicketAsync(string credential, int seconds) =>
        AccessSite.Ticket(await AskAsync(HttpMethod.Post, "/tickets", credential, $$"""{"grants":["subscribe session:s"],"expires_in":{{seconds}}}"""));

    private async Task PublishAsync(string type) => (await AskAsync(HttpMethod.Post, "/events/s", _key, $$$"""{"type":"{{{type}}}","payload":{}}""")).Status.ShouldBe(HttpStatusCode.OK);

    private Task<HttpAnswer> AskAsync(HttpMethod method, string path, string credential, string? body = null)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new("Bearer", credential) } };
        if (body is not null) request.Content = new StringContent(body);
        return _server.AskAsync(request);
    }
}
