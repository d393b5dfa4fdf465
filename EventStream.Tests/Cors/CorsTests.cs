using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Cors;

public sealed class CorsTests
{
    private const string App = "https://app.example.com";

    [Theory]
    [InlineData("Production", App, true)]
    [InlineData("Production", "http://second.example.com:8443", true)]
    [InlineData("Production", "https://third.example.com", true)]
    [InlineData("Production", "http://app.example.com", false)]
    [InlineData("Production", "https://app.example.com:8443", false)]
    [InlineData("Production", "https://app.example.com.evil.test", false)]
    [InlineData("Production", "https://evil.test", false)]
    [InlineData("Production", "null", false)]
    [InlineData("Production", "http://localhost:3000", false)]
    [InlineData("Development", App, true)]
    [InlineData("Development", "http://localhost:3000", true)]
    [InlineData("Development", "http://127.0.0.1:5173", true)]
    [InlineData("Development", "http://[::1]:5173", true)]
    [InlineData("Development", "http://localhost.evil.test", false)]
    [InlineData("Development", "null", false)]
    public async Task EveryRoute_AllowsTheOrigin_WhenItIsOnTheList(string environment, string origin, bool isAllowed)
    {
        await using var server = Start(environment);

        foreach (var (method, path) in new[] { ("GET", "/events/s1/history"), ("POST", "/events/s1"), ("DELETE", "/events/s1"), ("GET", "/events/s1"), ("GET", "/events/bad%20id/history") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.TryAddWithoutValidation("Origin", origin);
            using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            AllowedBy(response).ShouldBe(isAllowed ? origin : null, path);
        }
    }

    [Theory]
    [InlineData(App, "GET", "accept,authorization,cache-control,last-event-id", true)]
    [InlineData(App, "GET", "if-none-match", true)]
    [InlineData(App, "POST", "authorization,baggage,content-type,traceparent,tracestate,x-run-id", true)]
    [InlineData(App, "DELETE", "content-type", true)]
    [InlineData("https://evil.test", "POST", "content-type", false)]
    public async Task Preflight_AllowsHeadersAndMethods_WhenTheOriginIsOnTheList(string origin, string method, string headers, bool isAllowed)
    {
        await using var server = Start("Production");
        using var request = new HttpRequestMessage(HttpMethod.Options, "/events/s1");
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", method);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", headers);

        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        AllowedBy(response).ShouldBe(isAllowed ? origin : null);
        if (!isAllowed) return;
        ListOf(response, "Access-Control-Allow-Methods").ShouldContain(method);
        ListOf(response, "Access-Control-Allow-Headers").Select(name => name.ToUpperInvariant()).ShouldBeSubsetOf(["ACCEPT", "AUTHORIZATION", "BAGGAGE", "CACHE-CONTROL", "CONTENT-TYPE", "IF-NONE-MATCH", "LAST-EVENT-ID", "TRACEPARENT", "TRACESTATE", "X-RUN-ID"]);
        headers.Split(',').ShouldBeSubsetOf(ListOf(response, "Access-Control-Allow-Headers").Select(name => name.ToLowerInvariant()));
    }

    [Theory]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example")]
    [InlineData("https://App.Example.com:443/", "https://app.example.com")]
    [InlineData("http://[0:0:0:0:0:0:0:2]", "http://[::2]")]
    [InlineData("http://[::ffff:1.2.3.4]:81", "http://[::ffff:102:304]:81")]
    [InlineData("capacitor://localhost", "capacitor://localhost")]
    [InlineData("ionic://localhost", "ionic://localhost")]
    [InlineData("tauri://localhost", "tauri://localhost")]
    [InlineData("app://obsidian.md", "app://obsidian.md")]
    [InlineData("vscode-webview://1u4nsl4r5n0a8g", "vscode-webview://1u4nsl4r5n0a8g")]
    [InlineData("chrome-extension://abcdefghijklmnopabcdefghijklmnop", "chrome-extension://abcdefghijklmnopabcdefghijklmnop")]
    public async Task History_AllowsTheOrigin_AsTheBrowserWritesIt(string setting, string origin)
    {
        await using var server = TestServer.Start(new() { ["Cors:Origins"] = setting });

        using var response = await AskAsync(server, "/events/s1/history", origin);

        AllowedBy(response).ShouldBe(origin);
    }

    [Fact]
    public async Task Page_CanRead_WhatTheServerTellsInHeaders()
    {
        await using var server = TestServer.Start(new() { ["Cors:Origins"] = App, ["Streaming:MaxStreams"] = "1" });
        using var first = await AskAsync(server, "/events/s1", App);
        using var full = await AskAsync(server, "/events/s1", App);
        using var schema = await AskAsync(server, "/schema/events", App);

        full.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        full.Headers.RetryAfter.ShouldNotBeNull();
        schema.Headers.ETag.ShouldNotBeNull();
        foreach (var response in (HttpResponseMessage[])[full, schema]) ListOf(response, "Access-Control-Expose-Headers").ShouldBe(["ETag", "Retry-After", "x-workflow-run-id", "x-workflow-stream-tail-index"]);
    }

    [Fact]
    public async Task Schema_VariesByOrigin_AlsoForARequestWithoutOne()
    {
        await using var server = TestServer.Start(new() { ["Cors:Origins"] = App });
        using var response = await server.Client.GetAsync("/schema/events", TestContext.Current.CancellationToken);
        response.Headers.Vary.ShouldContain("Origin");
    }

    [Fact]
    public async Task EveryRoute_AllowsTheOrigins_WhenTheSettingIsOneText()
    {
        await using var server = TestServer.Start(new() { ["Cors:Origins"] = $"{App}, https://b.example.com:443" });

        foreach (var origin in (string[])[App, "https://b.example.com"])
        {
            using var response = await AskAsync(server, "/events/s1/history", origin);
            AllowedBy(response).ShouldBe(origin);
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(TestServer server, string path, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        return await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    private static TestServer Start(string environment) => TestServer.Start(new()
    {
        ["environment"] = environment,
        ["Cors:Origins:0"] = App,
        ["Cors:Origins:1"] = "http://second.example.com:8443/",
        ["Cors:Origins:2"] = "https://Third.example.com",
    });

    private static string? AllowedBy(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;

    private static string[] ListOf(HttpResponseMessage response, string header) => string.Join(',', response.Headers.GetValues(header)).Split(',', StringSplitOptions.TrimEntries);
}
