using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>A server that asks nobody who it is serves its own machine alone.</summary>
public sealed class OpenServerTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:8000")]
    [InlineData("127.0.0.1:8000")]
    [InlineData("127.8.8.8")]
    [InlineData("[::1]:8000")]
    [InlineData("app.localhost")]
    public async Task Request_IsAnswered_WhenItAsksForThisMachine(string host) => (await AskAsync("/events/s/history", ("Host", host))).Status.ShouldBe(HttpStatusCode.OK);

    // A page whose name resolves to this machine has its own name as Host.
    [Theory]
    [InlineData("GET", "/events/s")]
    [InlineData("GET", "/ws/events/s")]
    [InlineData("GET", "/events/s/history")]
    [InlineData("GET", "/sessions")]
    [InlineData("GET", "/")]
    [InlineData("POST", "/events/s")]
    [InlineData("DELETE", "/events/s")]
    [InlineData("POST", "/ingest/adk")]
    [InlineData("POST", "/tickets")]
    public async Task Request_IsRefused_WhenItAsksForAnotherHost(string method, string path)
    {
        var answer = await AskAsync(path, method, ("Host", "rebound.example:8000"));
        (answer.Status, answer.Title).ShouldBe((HttpStatusCode.Forbidden, "This server isn't asked for as 'rebound.example'; add that name to Access:Hosts."));
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Probe_IsAnswered_WhateverItAsksFor(string path) => (await AskAsync(path, ("Host", "10.0.0.7:8000"))).Status.ShouldBe(HttpStatusCode.OK);

    [Fact]
    public async Task Request_IsAnswered_WhenItAsksForAListedHost()
    {
        await using var server = TestServer.Start(new() { ["Access:Hosts"] = "events.example.com, Bücher.example" });
        foreach (var host in (string[])["events.example.com", "EVENTS.example.com:443", "xn--bcher-kva.example", "localhost"])
            (await AskAsync(server, "/events/s/history", "GET", ("Host", host))).Status.ShouldBe(HttpStatusCode.OK, host);
        (await AskAsync(server, "/events/s/history", "GET", ("Host", "example.com"))).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("X-Forwarded-For", "127.0.0.1, 203.0.113.9")]
    [InlineData("X-Forwarded-For", "203.0.113.9:4711")]
    [InlineData("X-Forwarded-For", "2001:db8::1")]
    [InlineData("X-Forwarded-For", "unknown")]
    [InlineData("X-Forwarded-Host", "events.example.com")]
    [InlineData("Forwarded", "for=203.0.113.9;host=localhost")]
    [InlineData("Forwarded", "for=127.0.0.1;host=events.example.com")]
    [InlineData("Forwarded", "for=127.0.0.1, for=\"[2001:db8::1]:4711\"")]
    public async Task Request_IsRefused_WhenAProxyForwardedItForAStranger(string header, string value)
    {
        var answer = await AskAsync("/events/s/history", (header, value));
        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Title.ShouldMatch("^This server is open to its own machine alone, and a proxy forwarded the request for '.+'; ask for keys, see Access:Keys, or set Access:Open=true.$");
    }

    // As Next.js' rewrites and Vite's proxy send.
    [Theory]
    [InlineData("X-Forwarded-For", "::1")]
    [InlineData("X-Forwarded-For", "::ffff:127.0.0.1")]
    [InlineData("X-Forwarded-For", "127.0.0.1, ::1")]
    [InlineData("X-Forwarded-Host", "localhost:3000")]
    [InlineData("Forwarded", "for=127.0.0.1;host=\"localhost:3000\";proto=http")]
    public async Task Request_IsAnswered_WhenAProxyOfThisMachineForwardedIt(string header, string value) =>
        (await AskAsync("/events/s/history", (header, value))).Status.ShouldBe(HttpStatusCode.OK);

    [Fact]
    public async Task Request_IsAnswered_WhateverItAsksFor_WhenTheServerIsOpenToAll()
    {
        await using var server = TestServer.Start(new() { ["Access:Open"] = "true" });
        (await AskAsync(server, "/events/s/history", "GET", ("Host", "anything.example"), ("X-Forwarded-For", "203.0.113.9"))).Status.ShouldBe(HttpStatusCode.OK);
    }

    // By fetch with no-cors, a form or sendBeacon: a browser sends these from any page, without asking first.
    [Theory]
    [InlineData("POST", "/events/s", "https://evil.test", "cross-site")]
    [InlineData("POST", "/events/s", "null", "cross-site")]
    [InlineData("POST", "/events/s", null, "cross-site")]
    [InlineData("POST", "/events/s", null, "same-site")]
    [InlineData("POST", "/ingest/adk", "https://evil.test", null)]
    [InlineData("PUT", "/ingest/adk", "https://evil.test", null)]
    [InlineData("POST", "/tickets", "https://evil.test", null)]
    [InlineData("DELETE", "/events/s", "https://evil.test", null)]
    public async Task Change_IsRefused_WhenAForeignPageSendsIt(string method, string path, string? origin, string? site)
    {
        var answer = await AskAsync(path, method, [.. Given("Origin", origin), .. Given("Sec-Fetch-Site", site)]);
        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Title.ShouldEndWith("may not change anything here; add their origin to Cors:Origins.");
    }

    [Theory]
    [InlineData(null, "same-origin")]
    [InlineData(null, "none")]
    [InlineData(null, null)]
    [InlineData("own", "same-origin")]
    public async Task Change_IsMade_WhenAPageOfTheServerSendsIt(string? origin, string? site)
    {
        var own = origin is null ? null : shared.Server.Address.GetLeftPart(UriPartial.Authority);
        (await AskAsync("/events/s", "POST", [.. Given("Origin", own), .. Given("Sec-Fetch-Site", site)])).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Change_IsMade_WhenAPageOfAListedOriginSendsIt()
    {
        await using var server = TestServer.Start(new() { ["Cors:Origins"] = "https://app.example.com" });
        (await AskAsync(server, "/events/s", "POST", ("Origin", "https://app.example.com"), ("Sec-Fetch-Site", "cross-site"))).Status.ShouldBe(HttpStatusCode.OK);
    }

    // So that a worker or page with a key works against a server that asks for none.
    [Fact]
    public async Task Credential_CountsForNothing()
    {
        (await AskAsync("/events/s/history?ticket=anything", ("Authorization", "Bearer es_worker_secret"))).Status.ShouldBe(HttpStatusCode.OK);
        AccessSite.Ticket(await shared.Server.PostAsync("/tickets", """{"grants":["subscribe session:s"]}""")).ShouldNotBeNullOrEmpty();
    }

    private static IEnumerable<(string, string)> Given(string name, string? value) => value is null ? [] : [(name, value)];

    private Task<HttpAnswer> AskAsync(string path, params (string Name, string Value)[] headers) => AskAsync(path, "GET", headers);

    private Task<HttpAnswer> AskAsync(string path, string method, params (string Name, string Value)[] headers) => AskAsync(shared.Server, path, method, headers);

    private static Task<HttpAnswer> AskAsync(TestServer server, string path, string method, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
        if (method is "POST" or "PUT") request.Content = new StringContent("""{"type":"agent_thought","payload":{}}""");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        return server.AskAsync(request);
    }
}
