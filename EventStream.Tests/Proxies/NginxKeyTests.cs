using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.WebSockets;
using System.Text;
using EventStream.Tests.Access;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Proxies;

/// <summary>Keys and tickets through the nginx of docs/operations.md.</summary>
[Needs(Need.Nginx)]
public sealed class NginxKeyTests : IClassFixture<NginxKeySite>
{
    private const string Note = """{"type":"note","payload":{"text":"a"}}""";

    private readonly NginxKeySite _site;
    private readonly string _session = $"own-{Guid.NewGuid():N}";

    public NginxKeyTests(NginxKeySite site)
    {
        NginxProcess.SkipWithout();
        _site = site;
    }

    public static TheoryData<string> Prefixes => NginxSite.Prefixes;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Prefixes))]
    public async Task Stream_OpensWithATicketInItsAddress_AndHearsWhatAKeyPublishes(string prefix)
    {
        var ticket = await TicketAsync(prefix);
        await using var stream = await SseClient.OpenAsync(_site.Client, $"{prefix}/events/{_session}?ticket={ticket}");
        stream.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await stream.NextAsync()).EventType.ShouldBe("session_stream_started");

        (await PublishAsync(prefix, _site.Key)).Status.ShouldBe(HttpStatusCode.OK);

        var heard = await stream.NextAsync();
        heard.EventType.ShouldBe("note");
        heard.Data.ShouldContain("\"publisher\":\"backend\"");
        await using var again = await SseClient.OpenAsync(_site.Client, $"{prefix}/events/{_session}?from=earliest&ticket={ticket}");
        (await again.ReadUntilAsync(item => item.EventType == "note")).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("/eventstream", false)]
    [InlineData("/agents", false)]
    [InlineData("", true)]
    [InlineData("/eventstream", true)]
    [InlineData("/agents", true)]
    public async Task WebSocket_OpensWithATicketAsItsSubprotocol(string prefix, bool isSecure)
    {
        var ticket = await TicketAsync(prefix);
        await using var socket = await OpenSocketAsync(isSecure ? _site.SecureAddress : _site.Address, prefix, ticket);
        (await socket.NextAsync()).Type.ShouldBe("session_stream_started");
        socket.Subprotocol.ShouldBe("eventstream");

        (await PublishAsync(prefix, _site.Key)).Status.ShouldBe(HttpStatusCode.OK);
        (await socket.NextAsync()).Type.ShouldBe("note");
    }

    [Theory]
    [MemberData(nameof(Prefixes))]
    public async Task Upload_IsStored_WithAKey(string prefix)
    {
        var answer = await AskAsync(HttpMethod.Post, $"{prefix}/ingest/argos?session_id={_session}", _site.Key, """{"type":"zzz.unknown","n":1}""", "application/x-ndjson");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        answer.Text.ShouldContain("\"stored\"");
    }

    [Theory]
    [MemberData(nameof(Prefixes))]
    public async Task EveryRequest_Is401_WithoutACredentialThatCounts(string prefix)
    {
        foreach (var credential in (string?[])[null, $"{_site.Key}x"])
        {
            (await PublishAsync(prefix, credential)).Status.ShouldBe(HttpStatusCode.Unauthorized);
            (await AskAsync(HttpMethod.Post, $"{prefix}/ingest/argos?session_id={_session}", credential, """{"type":"x"}""", "application/x-ndjson")).Status.ShouldBe(HttpStatusCode.Unauthorized);
            (await AskAsync(HttpMethod.Post, $"{prefix}/tickets", credential, "{}")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        }
        await using var stream = await SseClient.OpenAsync(_site.Client, $"{prefix}/events/{_session}");
        (stream.Response.StatusCode, stream.Response.Headers.WwwAuthenticate.ToString()).ShouldBe((HttpStatusCode.Unauthorized, "Bearer"));
        (await Should.ThrowAsync<WebSocketException>(() => OpenSocketAsync(_site.Address, prefix, "nonsense"))).Message.ShouldContain("401");
        (await AskAsync(HttpMethod.Get, $"{prefix}/health/ready", credential: null)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Cookie_OpensAStream_OverTls()
    {
        using var handler = _site.NewHandler();
        // The certificate is one of 127.0.0.1.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) => errors is SslPolicyErrors.None or SslPolicyErrors.RemoteCertificateNameMismatch;
        using var client = new HttpClient(handler) { BaseAddress = _site.SecureAddress, DefaultRequestHeaders = { Host = "app.example.com" } };
        using var made = new HttpRequestMessage(HttpMethod.Post, "/tickets?cookie=true") { Headers = { Authorization = new("Bearer", _site.Key) }, Content = new StringContent(Grant(_session)) };
        using var answer = await client.SendAsync(made, Cancel);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldStartWith("__Host-eventstream-ticket=");
        cookie.ShouldContain("; secure; ");

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/events/{_session}");
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var opened = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        opened.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    // nginx takes 8 KiB of a request's first line and of each header.
    [Fact]
    public async Task LargestTicket_PassesNginx_InTheAddressAndAsASubprotocol()
    {
        var grants = string.Join(',', Enumerable.Range(0, 16).Select(i => $"\"subscribe session:own-{i:d2}{new string('x', 122)}\""));
        var ticket = AccessSite.Ticket(await AskAsync(HttpMethod.Post, "/tickets", _site.Key, $$"""{"grants":[{{grants}}],"subject":"{{new string('é', 127)}}"}"""));
        var path = $"/events/own-00{new string('x', 122)}";

        await using var stream = await SseClient.OpenAsync(_site.Client, $"/agents{path}?ticket={ticket}");
        stream.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var socket = await OpenSocketAsync(_site.Address, "", ticket, $"/ws{path}");
        (await socket.NextAsync()).Type.ShouldBe("session_stream_started");
    }

    private static string Grant(string session) => $$"""{"grants":["subscribe session:{{session}}"]}""";

    private async Task<string> TicketAsync(string prefix) => AccessSite.Ticket(await AskAsync(HttpMethod.Post, $"{prefix}/tickets", _site.Key, Grant(_session)));

    private Task<HttpAnswer> PublishAsync(string prefix, string? credential) => AskAsync(HttpMethod.Post, $"{prefix}/events/{_session}", credential, Note);

    private async Task<WebSocketClient> OpenSocketAsync(Uri address, string prefix, string ticket, string? path = null)
    {
        using var invoker = new HttpMessageInvoker(_site.NewHandler());
        return await WebSocketClient.OpenAsync(address, $"{prefix}{path ?? $"/ws/events/{_session}"}", options =>
        {
            options.SetRequestHeader("Origin", address.GetLeftPart(UriPartial.Authority));
            options.AddSubProtocol("eventstream");
            options.AddSubProtocol($"eventstream.ticket.{ticket}");
        }, invoker);
    }

    private async Task<HttpAnswer> AskAsync(HttpMethod method, string path, string? credential, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (credential is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, type);
        using var response = await _site.Client.SendAsync(request, Cancel);
        return new HttpAnswer(response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync(Cancel), response.Headers.RetryAfter?.Delta);
    }
}
