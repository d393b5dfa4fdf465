using System.Globalization;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>What a request whose body is still coming does when what its client showed ends.</summary>
public sealed class EndedUploadTests : IAsyncLifetime
{
    private const string Line = """{"type":"agent_thought","payload":{"content":"x"}}""";
    private const string Ingest = "/ingest/adk?session_id=s", NdJson = "application/x-ndjson";

    private readonly string _folder = Directory.CreateTempSubdirectory("eventstream-").FullName;
    private readonly SteppedTime _time = new();
    private readonly string _key;
    private readonly string _fileKey;
    private readonly TestServer _server;

    public EndedUploadTests()
    {
        var settings = new Dictionary<string, string> { ["Access:File"] = Path.Combine(_folder, "keys.json") };
        _key = AccessSite.AddKey(settings, "backend", "publish *", "command *");
        var inFile = new Dictionary<string, string>();
        _fileKey = AccessSite.AddKey(inFile, "worker", "publish *", "command *");
        WriteKeys($"\"worker\":{{\"Hash\":\"{inFile["Access:Keys:worker:Hash"]}\",\"Grants\":[\"publish *\",\"command *\"]}}");
        _server = TestServer.Start(settings, services => services.AddSingleton<TimeProvider>(_time));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Upload_EndsWithALineThatSaysSo_WhenItsKeyIsTakenOutWhileItIsSilent()
    {
        using var upload = await BeginAsync(Ingest, _fileKey, NdJson, $"{Line}\n{Line}\n");
        await AnsweredAsync(upload, 2);

        WriteKeys("");
        var end = await NextAsync(upload.ReadUntilAsync("\r\n0\r\n", Cancel));

        end.ShouldContain("""{"line":3,"error":"The key no longer counts, or was changed (auth_revoked); nothing more is stored.""");
        (await CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Upload_EndsWithALineThatSaysSo_WhenItsTicketExpiresWhileItIsSilent()
    {
        using var upload = await BeginAsync(Ingest, await TicketAsync(_key, 300), NdJson, $"{Line}\n");
        await AnsweredAsync(upload, 1);

        _time.Advance(TimeSpan.FromSeconds(300));
        var end = await NextAsync(upload.ReadUntilAsync("\r\n0\r\n", Cancel));

        end.ShouldContain("""{"line":2,"error":"The ticket has expired (auth_expired); nothing more is stored.""");
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Upload_StoresNoFurtherLine_WhenItsTicketHasExpired()
    {
        using var upload = await BeginAsync(Ingest, await TicketAsync(_key, 300), NdJson, $"{Line}\n");
        await AnsweredAsync(upload, 1);

        _time.Advance(TimeSpan.FromSeconds(301));
        await SendAsync(upload, $"{Line}\n");

        (await NextAsync(upload.ReadUntilAsync("\r\n0\r\n", Cancel))).ShouldContain("(auth_expired)");
        (await CountAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData(Ingest, NdJson)]
    [InlineData(Ingest, "application/json")]
    [InlineData("/events/s", "application/json")]
    [InlineData("/events/s", NdJson)]
    [InlineData("/sessions/s/runs", "application/json")]
    [InlineData("/tickets", "application/json")]
    public async Task Request_Is401AndStoresNothing_WhenItsKeyIsTakenOutBeforeItsBodyEnds(string path, string type)
    {
        var body = path switch
        {
            "/tickets" => """{"grants":["publish session:s"]}""",
            "/sessions/s/runs" => """{"agent":"planner"}""",
            _ => Line,
        };
        using var upload = await BeginAsync(path, _fileKey, type, body[..5]);
        WriteKeys("");
        await Eventually.TrueAsync(() => Advanced(() => _server.Services.GetRequiredService<Api.Access.Keys.KeyTable>().Find(_fileKey) is null), Cancel);
        await SendAsync(upload, body[5..]);
        await upload.SendAsync("0\n\n", Cancel);

        var answer = await upload.ReadUntilAsync("auth_revoked", Cancel);
        answer.ShouldStartWith("HTTP/1.1 401 ");
        answer.ShouldContain("WWW-Authenticate: Bearer");
        answer.ShouldContain("(auth_revoked)");
        (await CountAsync()).ShouldBe(0);
    }

    private void WriteKeys(string keys) => File.WriteAllText(Path.Combine(_folder, "keys.json"), $"{{\"Keys\":{{{keys}}}}}");

    // The server answers 100 once it reads the body: then it has let the request in.
    private async Task<RawClient> BeginAsync(string path, string credential, string type, string body)
    {
        var client = await RawClient.ConnectAsync(_server.Address, Cancel);
        await client.SendAsync($"POST {path} HTTP/1.1\nHost: localhost\nAuthorization: Bearer {credential}\nContent-Type: {type}\nExpect: 100-continue\nTransfer-Encoding: chunked\n\n", Cancel);
        (await client.ReadUntilAsync("\r\n\r\n", Cancel)).ShouldStartWith("HTTP/1.1 100 ");
        await SendAsync(client, body);
        return client;
    }

    private static Task SendAsync(RawClient client, string text) => client.SendAsync(string.Create(CultureInfo.InvariantCulture, $"{text.ReplaceLineEndings("\r\n").Length:x}\n{text}\n"), Cancel);

    private async Task AnsweredAsync(RawClient upload, int lines) => (await NextAsync(upload.ReadUntilAsync($"\"line\":{lines},", Cancel))).ShouldContain("\"outcome\":\"stored\"");

    // Moves the clock on, in steps of the server's own, until something is there.
    private async Task<T> NextAsync<T>(Task<T> next)
    {
        await Eventually.TrueAsync(() => Advanced(() => next.IsCompleted), Cancel);
        return await next;
    }

    private bool Advanced(Func<bool> condition)
    {
        if (condition()) return true;
        _time.Advance(TimeSpan.FromMilliseconds(500));
        return false;
    }

    private async Task<string> TicketAsync(string credential, int seconds)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/tickets") { Headers = { Authorization = new("Bearer", credential) } };
        request.Content = new StringContent($$"""{"grants":["publish session:s"],"expires_in":{{seconds}}}""");
        return AccessSite.Ticket(await _server.AskAsync(request));
    }

    private async Task<long> CountAsync() => (await _server.Bus.ReadAsync(StreamKey.Session("s"), Cursor.Zero, 0, Cancel)).Count;
}
