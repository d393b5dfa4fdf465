using EventStream.Api.Security;
using EventStream.Bus;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Routes;

/// <summary>What every answer tells a browser: not to guess its type, not to run it, not to show it in a frame.</summary>
public sealed class BrowserHeadersTests : IAsyncDisposable
{
    private readonly TestServer _server = TestServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("GET", "/events/s/history")]
    [InlineData("GET", "/events/s/history?limit=x")]
    [InlineData("GET", "/events/s")]
    [InlineData("GET", "/events/bad%20id")]
    [InlineData("GET", "/projects/p/events")]
    [InlineData("GET", "/api/stream/projects/p/agent-runs/r/events")]
    [InlineData("GET", "/ws/events/s")]
    [InlineData("GET", "/sessions")]
    [InlineData("GET", "/health/ready")]
    [InlineData("GET", "/schema/events")]
    [InlineData("GET", "/openapi/v1.json")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/no/such/route")]
    [InlineData("GET", "/inspector/assets/none.js")]
    [InlineData("POST", "/events/s")]
    [InlineData("POST", "/ingest/adk")]
    [InlineData("DELETE", "/events/s")]
    [InlineData("PATCH", "/events/s")]
    [InlineData("OPTIONS", "/events/s")]
    public async Task EveryAnswer_ForbidsGuessingRunningAndFraming(string method, string path)
    {
        using var answer = await AskAsync(_server, method, path);
        Check(answer, ContentPolicy.Answers);
    }

    [Fact]
    public async Task EveryAnswer_ForbidsThem_WhenTheServerHasADefect()
    {
        await using var server = TestServer.StartWith(new FailingBus(() => new InvalidOperationException("a defect")));
        using var answer = await AskAsync(server, "GET", "/events/s/history");
        ((int)answer.StatusCode).ShouldBe(500);
        Check(answer, ContentPolicy.Answers);
    }

    [Fact]
    public async Task EveryAnswer_ForbidsThem_WhenTheBusIsAway()
    {
        await using var server = TestServer.StartWith(new FailingBus(() => new BusUnavailableException("away")));
        using var answer = await AskAsync(server, "GET", "/events/s/history");
        ((int)answer.StatusCode).ShouldBe(503);
        Check(answer, ContentPolicy.Answers);
    }

    [Theory]
    [InlineData("/scalar/")]
    [InlineData("/scalar/scalar.js")]
    [InlineData("/")]
    [InlineData("/events/s")]
    public async Task Pages_StandInNoFrameAndLoadFromTheirOwnServerOnly(string path)
    {
        using var answer = await AskAsync(_server, "GET", path, accept: "text/html");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Check(answer, policy);
        policy.ShouldContain("default-src 'none'; script-src 'self'");
        policy.ShouldContain("frame-ancestors 'none'");
    }

    private static void Check(HttpResponseMessage answer, string policy)
    {
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        // Streams leave it to the policy.
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream") answer.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        answer.Headers.GetValues("Content-Security-Policy").ShouldBe([policy]);
    }

    private static async Task<HttpResponseMessage> AskAsync(TestServer server, string method, string path, string accept = "*/*")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Accept", accept);
        // A stream goes on: its head is enough.
        return await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
