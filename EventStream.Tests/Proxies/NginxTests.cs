using System.Net;
using System.Text;
using System.Text.Json;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Proxies;

/// <summary>What docs/operations.md says of nginx, tried with each route's largest, longest and slowest use.</summary>
[Needs(Need.Nginx)]
public sealed class NginxTests : IClassFixture<NginxSite>
{
    private const string Note = """{"type":"note","payload":{"text":"a"}}""";

    private readonly NginxSite _site;
    private readonly string _session = $"s-{Guid.NewGuid():N}";

    public NginxTests(NginxSite site)
    {
        NginxProcess.SkipWithout();
        _site = site;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(NginxSite.Prefixes), MemberType = typeof(NginxSite))]
    public async Task Batch_IsStored_WhenItIsAsLargeAsTheServerAllows(string prefix)
    {
        var events = $"[{string.Join(',', Enumerable.Repeat(Note.Replace("\"a\"", $"\"{new string('x', 200_000)}\"", StringComparison.Ordinal), 20))}]";
        var largest = await PostAsync($"{prefix}/events/{_session}", events.PadRight(EventLimits.MaxBatchBytes));
        largest.Status.ShouldBe(HttpStatusCode.OK, largest.Text);
        largest.Json.GetArrayLength().ShouldBe(20);

        var tooLarge = await PostAsync($"{prefix}/events/{_session}", events.PadRight(EventLimits.MaxBatchBytes + 1));
        (tooLarge.Status, tooLarge.Title).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "A request may hold 4194304 bytes; send the events in several requests."));

        using var history = await _site.Client.GetAsync($"{prefix}/events/{_session}/history?limit=1000", Cancel);
        JsonElement.Parse(await history.Content.ReadAsStringAsync(Cancel)).GetProperty("events").GetArrayLength().ShouldBePositive();
    }

    [Theory]
    [MemberData(nameof(NginxSite.Prefixes), MemberType = typeof(NginxSite))]
    public async Task Upload_IsStoredAndAnsweredLineByLine_WhileItStaysOpen(string prefix)
    {
        await using var watcher = await SseClient.OpenAsync(_site.Client, $"{prefix}/events/{_session}");
        await watcher.NextAsync();
        using var upload = await FollowAsync(prefix);
        for (var line = 1; line <= 3; line++)
        {
            await SendLineAsync(upload);
            (await upload.ReadUntilAsync($"\"line\":{line},", Cancel)).ShouldContain("\"stored\"");
            (await watcher.NextAsync()).EventType.ShouldBe("custom_event");
        }
        await upload.SendAsync("0\n\n", Cancel);
        (await upload.ReadUntilAsync("0\r\n\r\n", Cancel)).ShouldEndWith("0\r\n\r\n");
    }

    [Theory]
    [MemberData(nameof(NginxSite.Prefixes), MemberType = typeof(NginxSite))]
    public async Task Upload_IsStored_HoweverLargeItIs(string prefix)
    {
        var lines = string.Concat(Enumerable.Repeat($$"""{"type":"zzz.unknown","text":"{{new string('x', 200_000)}}"}""" + "\n", 60));
        lines.Length.ShouldBeGreaterThan(2 * EventLimits.MaxBatchBytes);
        var answer = await PostAsync($"{prefix}/ingest/argos?session_id={_session}", lines, "application/x-ndjson");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.Contains("\"outcome\":\"stored\",\"events\"", StringComparison.Ordinal)).ShouldBe(60);
    }

    [Theory]
    [MemberData(nameof(NginxSite.Prefixes), MemberType = typeof(NginxSite))]
    public async Task Stream_ComesEventByEvent_AndGoesOnAtItsCursor(string prefix)
    {
        string cursor;
        await using (var client = await SseClient.OpenAsync(_site.Client, $"{prefix}/events/{_session}"))
        {
            await client.NextAsync();
            for (var i = 0; i < 3; i++)
            {
                (await PostAsync($"{prefix}/events/{_session}", Note)).Status.ShouldBe(HttpStatusCode.OK);
                (await client.NextAsync()).EventType.ShouldBe("note");
            }
            cursor = client.LastId!;
        }
        await PostAsync($"{prefix}/events/{_session}", Note);
        await using var again = await SseClient.OpenAsync(_site.Client, $"{prefix}/events/{_session}", lastEventId: cursor);
        JsonElement.Parse((await again.NextAsync()).Data).GetProperty("payload").GetProperty("resume").GetString().ShouldBe("full");
        (await again.NextAsync()).EventType.ShouldBe("note");
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("/eventstream", false)]
    [InlineData("/agents", false)]
    [InlineData("", true)]
    [InlineData("/eventstream", true)]
    [InlineData("/agents", true)]
    public async Task WebSocket_Opens_ForThePageOfItsOwnHost(string prefix, bool isSecure)
    {
        var address = isSecure ? _site.SecureAddress : _site.Address;
        await using var client = await OpenSocketAsync(address, prefix, address.GetLeftPart(UriPartial.Authority));
        (await client.NextAsync()).Type.ShouldBe("session_stream_started");
        await PostAsync($"{prefix}/events/{_session}", Note);
        (await client.NextAsync()).Type.ShouldBe("note");

        using var deleted = await _site.Client.DeleteAsync($"{prefix}/events/{_session}", Cancel);
        (await client.ReadToEndAsync())[^1].Type.ShouldBe("stream_closing");
        client.CloseCode.ShouldBe(1000);
    }

    [Fact]
    public async Task WebSocket_IsRefused_ForAPageOfAnotherHost() =>
        await Should.ThrowAsync<System.Net.WebSockets.WebSocketException>(() => OpenSocketAsync(_site.Address, "", "http://evil.test"));

    // A thirtieth of the documented times: 2 s without a byte, where a minute is allowed.
    [Fact]
    public async Task QuietConnections_StayOpen_LongerThanNginxWaitsByDefault()
    {
        string[] prefixes = ["", "/eventstream", "/agents"];
        var streams = await Task.WhenAll(prefixes.Select(prefix => SseClient.OpenAsync(_site.Client, $"{prefix}/events/{_session}")));
        var sockets = await Task.WhenAll(prefixes.Select(prefix => OpenSocketAsync(_site.Address, prefix, _site.Address.GetLeftPart(UriPartial.Authority))));
        var uploads = await Task.WhenAll(prefixes.Append("/impatient").Select(FollowAsync));
        foreach (var upload in uploads)
        {
            await SendLineAsync(upload);
            await upload.ReadUntilAsync("\"line\":1,", Cancel);
        }

        // Without the settings of /ingest/ nginx ends the upload, so the times have passed.
        (await uploads[^1].ReadUntilAsync("\"line\":2,", Cancel)).ShouldNotContain("\"line\":2,");
        await Eventually.TrueAsync(() => streams.All(stream => stream.Raw.Split('\n').Count(line => line.StartsWith(':')) >= 16), Cancel);

        foreach (var upload in uploads[..^1])
        {
            await SendLineAsync(upload);
            (await upload.ReadUntilAsync("\"line\":2,", Cancel)).ShouldContain("\"stored\"");
        }
        // The greeting, four lines before the silence, three after it, and this.
        await PostAsync($"/events/{_session}", Note);
        foreach (var stream in streams) (await stream.ReadUntilAsync(item => item.EventType == "note")).Count.ShouldBe(9);
        foreach (var socket in sockets) (await socket.ReadUntilAsync(message => message.Type == "note")).Count.ShouldBe(9);
        foreach (var client in streams.Cast<IAsyncDisposable>().Concat(sockets)) await client.DisposeAsync();
        foreach (var upload in uploads) upload.Dispose();
    }

    [Fact]
    public async Task Streams_ShareOneConnection_OverHttp2()
    {
        using var client = new HttpClient(_site.NewHandler()) { BaseAddress = _site.SecureAddress, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var streams = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SseClient.OpenAsync(client, $"/events/{_session}")));
        foreach (var stream in streams) (await stream.NextAsync()).EventType.ShouldBe("session_stream_started");
        await PostAsync($"/events/{_session}", Note);
        foreach (var stream in streams) (await stream.NextAsync()).EventType.ShouldBe("note");
        foreach (var stream in streams) await stream.DisposeAsync();
    }

    // docs/frontends.md: with its defaults, and with streams compressed.
    [Theory]
    [InlineData("")]
    [InlineData("/gzip")]
    public async Task Stream_ComesEventByEvent_WithoutAnySetting(string prefix)
    {
        using var handler = _site.NewHandler();
        handler.AutomaticDecompression = DecompressionMethods.GZip;
        using var client = new HttpClient(handler) { BaseAddress = _site.PlainAddress };
        await using var stream = await SseClient.OpenAsync(client, $"{prefix}/events/{_session}");
        await stream.NextAsync();
        for (var i = 0; i < 3; i++)
        {
            await PostAsync($"/events/{_session}", Note);
            (await stream.NextAsync()).EventType.ShouldBe("note");
        }
    }

    private async Task<HttpAnswer> PostAsync(string path, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var response = await _site.Client.PostAsync(path, content, Cancel);
        return new HttpAnswer(response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync(Cancel), response.Headers.RetryAfter?.Delta);
    }

    private async Task<WebSocketClient> OpenSocketAsync(Uri address, string prefix, string origin)
    {
        using var invoker = new HttpMessageInvoker(_site.NewHandler());
        return await WebSocketClient.OpenAsync(address, $"{prefix}/ws/events/{_session}", options => options.SetRequestHeader("Origin", origin), invoker);
    }

    /// <summary>Begins an upload as <c>tail -f log | curl -sN -T . …</c> does.</summary>
    private async Task<RawClient> FollowAsync(string prefix)
    {
        var client = await RawClient.ConnectAsync(_site.Address, Cancel);
        await client.SendAsync($"PUT {prefix}/ingest/argos?session_id={_session}&on_error=skip HTTP/1.1\nHost: {_site.Address.Authority}\nTransfer-Encoding: chunked\n\n", Cancel);
        return client;
    }

    private static Task SendLineAsync(RawClient upload)
    {
        const string Line = """{"type":"zzz.unknown","n":1}""";
        return upload.SendAsync($"{Line.Length + 2:x}\n{Line}\n\n", Cancel);
    }
}
