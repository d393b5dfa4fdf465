using System.Net;
using System.Net.WebSockets;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.WebSockets;

/// <summary>Which clients may open a WebSocket, and how.</summary>
public sealed class SocketHandshakeTests
{
    private const string App = "https://app.example.com";

    [Theory]
    [InlineData("Production", null, true)]
    [InlineData("Production", "http://HOST", true)]
    [InlineData("Production", "https://HOST", true)]
    [InlineData("Production", App, true)]
    [InlineData("Production", "http://app.example.com", false)]
    [InlineData("Production", "https://evil.test", false)]
    [InlineData("Production", "https://HOST.evil.test", false)]
    [InlineData("Production", "http://localhost:3000", false)]
    [InlineData("Production", "HTTPS://APP.example.com:443", true)]
    [InlineData("Production", "null", false)]
    [InlineData("Development", "http://localhost:3000", true)]
    [InlineData("Development", "http://127.0.0.1:5173", true)]
    [InlineData("Development", "http://localhost.evil.test", false)]
    [InlineData("Development", "null", false)]
    public async Task Connect_PassesTheOrigin_WhenItIsOursOrOnTheList(string environment, string? origin, bool passes)
    {
        await using var server = TestServer.Start(new() { ["environment"] = environment, ["Cors:Origins"] = App });
        var shown = origin?.Replace("HOST", server.Address.Authority, StringComparison.Ordinal);
        foreach (var path in (string[])["/ws/events/s", "/ws/projects/p", "/ws/broadcast"])
        {
            if (passes)
            {
                await using var client = await OpenAsync(server, path, shown);
                (await client.NextAsync()).Type.ShouldBe("session_stream_started");
            }
            else
            {
                (await Should.ThrowAsync<WebSocketException>(() => OpenAsync(server, path, shown))).Message.ShouldContain("403");
            }
        }
        if (passes) return;
        var answer = await server.AskAsync(Handshake("/ws/events/s", shown));
        (answer.Status, answer.Title).ShouldBe((HttpStatusCode.Forbidden, $"Pages of {shown} may not connect; add the origin to Cors:Origins."));
        server.Feeds.OpenStreams.ShouldBe(0);
    }

    [Theory]
    [InlineData("app.example.com", "https://app.example.com", true)]
    [InlineData("app.example.com:443", "https://app.example.com", true)]
    [InlineData("app.example.com", "https://app.example.com:443", true)]
    [InlineData("APP.example.com:443", "https://app.EXAMPLE.com", true)]
    [InlineData("app.example.com:80", "http://app.example.com", true)]
    [InlineData("app.example.com:8443", "https://app.example.com:8443", true)]
    [InlineData("xn--bcher-kva.example", "https://xn--bcher-kva.example", true)]
    [InlineData("[::1]:8000", "http://[::1]:8000", true)]
    [InlineData("[0:0:0:0:0:0:0:1]:443", "https://[::1]", true)]
    [InlineData("app.example.com:443", "http://app.example.com", false)]
    [InlineData("app.example.com:8443", "https://app.example.com", false)]
    [InlineData("app.example.com", "https://app.example.com:8443", false)]
    [InlineData("app.example.com", "https://app.example.com.evil.test", false)]
    [InlineData("app.example.com", "https://app.example.com, https://evil.test", false)]
    [InlineData("localhost", "tauri://localhost", false)]
    [InlineData("localhost", "file://localhost", false)]
    public async Task Connect_PassesTheServersOwnPages_WhateverItsPortIsWrittenAs(string host, string origin, bool passes)
    {
        await using var server = TestServer.Start(new() { ["environment"] = "Production", ["Access:Open"] = "true" });
        using var request = Handshake("/ws/events/s", origin);
        request.Headers.Host = host;

        using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(passes ? HttpStatusCode.SwitchingProtocols : HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("/ws/events/s")]
    [InlineData("/ws/projects/p")]
    [InlineData("/ws/broadcast")]
    public async Task Get_SaysThatItSpeaksWebSocket_WhenItIsNoHandshake(string path)
    {
        await using var server = TestServer.Start();
        var answer = await server.GetAsync(path);
        (answer.Status, answer.Title).ShouldBe((HttpStatusCode.UpgradeRequired, "This address speaks WebSocket alone: connect with a WebSocket client (version 13). The same comes as Server-Sent Events from an address of its own, see /openapi/v1.json."));
    }

    [Fact]
    public async Task Connect_Streams_OverHttp2()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start(new() { ["Streaming:Heartbeat"] = "00:00:00.2" },
            services => services.Configure<KestrelServerOptions>(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2)));
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var invoker = new HttpMessageInvoker(handler);
        var events = new Envelopes("s");
        await using (var client = await OpenAsync())
        {
            (await client.NextAsync()).Type.ShouldBe("session_stream_started");
            var cursors = await server.AppendAsync("s", events.Thought(new string('x', 200_000)), events.SessionEnded());
            var messages = await client.EndsAsync("session_ended", 1000);
            messages.Select(message => message.Id).ShouldBe([$"{cursors[0]}", $"{cursors[1]}", $"{cursors[1]}"]);
        }
        // A client that closes, and one that vanishes, end their own stream but not the connection, which others share.
        await using var stays = await OpenAsync("&from=earliest&types=x");
        var left = await OpenAsync("&types=x", "t");
        await left.NextAsync();
        await left.CloseAsync(WebSocketCloseStatus.NormalClosure);
        await left.DisposeAsync();
        var vanished = await OpenAsync("&types=x", "t");
        await vanished.NextAsync();
        server.Feeds.OpenStreams.ShouldBeGreaterThan(0);
        await vanished.DisposeAsync();
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, cancellationToken);
        (await stays.EndsAsync("session_ended", 1000)).Count.ShouldBe(2);

        async Task<WebSocketClient> OpenAsync(string query = "", string session = "s") => await WebSocketClient.OpenAsync(server.Address, $"/ws/events/{session}?close=session{query}", options =>
        {
            options.HttpVersion = HttpVersion.Version20;
            options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }, invoker);
    }

    private static Task<WebSocketClient> OpenAsync(TestServer server, string path, string? origin) => WebSocketClient.OpenAsync(server.Address, path, options =>
    {
        if (origin is not null) options.SetRequestHeader("Origin", origin);
    });

    private static HttpRequestMessage Handshake(string path, string? origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in new[] { ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Origin", origin) })
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}
