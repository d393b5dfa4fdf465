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
    [InlineData(App, "POST", "authorization,content-type,traceparent", true)]
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
        ListOf(response, "Access-Control-Allow-Headers").Select(name => name.ToUpperInvariant()).ShouldBeSubsetOf(["ACCEPT", "AUTHORIZATION", "CACHE-CONTROL", "CONTENT-TYPE", "LAST-EVENT-ID", "TRACEPARENT"]);
        headers.Split(',').ShouldBeSubsetOf(ListOf(response, "Access-Control-Allow-Headers").Select(name => name.ToLowerInvariant()));
    }

    [Fact]
    public async Task EveryRoute_AllowsTheOrigins_WhenTheSettingIsOneText()
    {
        await using var server = TestServer.Start(new() { ["Cors:Origins"] = $"{App}, https://b.example.com:443" });

        foreach (var origin in (string[])[App, "https://b.example.com"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/events/s1/history");
            request.Headers.Add("Origin", origin);
            using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            AllowedBy(response).ShouldBe(origin);
        }
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
