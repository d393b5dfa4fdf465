using System.Net;
using EventStream.Bus;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Inspector;

[Needs(Need.Inspector)]
public sealed class InspectorTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Navigation = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

    private readonly TestServer _server = shared.Server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", Navigation, "text/html")]
    [InlineData("/", "*/*", "text/plain")]
    [InlineData("/events/s1", Navigation, "text/html")]
    [InlineData("/api/events/s1", Navigation, "text/html")]
    [InlineData("/events/not%20an%20id", Navigation, "text/html")]
    [InlineData("/projects/p1/events", Navigation, "text/html")]
    [InlineData("/broadcast/events", Navigation, "text/html")]
    [InlineData("/projects/p1/events", "text/event-stream", "text/event-stream")]
    [InlineData("/broadcast/events", "*/*", "text/event-stream")]
    [InlineData("/events/s1", "*/*", "text/event-stream")]
    [InlineData("/events/s1", null, "text/event-stream")]
    [InlineData("/events/s1", "text/event-stream", "text/event-stream")]
    [InlineData("/events/s1", "text/event-stream, text/html;q=0.5", "text/event-stream")]
    [InlineData("/events/s1", "text/event-stream;q=0.9", "text/event-stream")]
    [InlineData("/events/s1", "text/html;q=0.5, */*", "text/event-stream")]
    [InlineData("/events/s1", "text/html;q=0.5, text/*;q=0.8", "text/event-stream")]
    [InlineData("/events/s1", "text/html;q=0", "text/event-stream")]
    [InlineData("/events/s1", "TEXT/HTML", "text/html")]
    [InlineData("/events/s1", "application/xhtml+xml, text/html;level=1;q=0.9, */*;q=0.1", "text/html")]
    [InlineData("/events/s1", "*, text/*", "text/event-stream")]
    [InlineData("/events/s1", "application/json", "text/event-stream")]
    public async Task Get_AnswersByWhatIsAccepted_WhereThePageIsShown(string path, string? accept, string type)
    {
        using var response = await GetAsync(path, accept);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        response.Headers.Vary.ShouldContain("Accept");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/events/s1")]
    [InlineData("/events/s1/")]
    [InlineData("/api/events/s1")]
    [InlineData("/projects/p1/events")]
    [InlineData("/broadcast/events")]
    public async Task Page_TakesNothingFromElsewhere_AndItsFilesForever(string path)
    {
        using var page = await GetAsync(path, Navigation);
        var text = await page.Content.ReadAsStringAsync(Cancel);
        text.ShouldContain("EventStream");
        page.Headers.CacheControl!.NoCache.ShouldBeTrue();

        foreach (var address in text.Split('"').Where(part => part.EndsWith(".js", StringComparison.Ordinal) || part.EndsWith(".css", StringComparison.Ordinal)))
        {
            // Relative, so that they are found under the prefix of a proxy too.
            address.ShouldNotStartWith("/");
            var full = new Uri(new Uri(_server.Address, path), address).AbsolutePath;
            full.ShouldStartWith("/inspector/assets/");
            using var file = await GetAsync(full, "*/*", "gzip");
            file.StatusCode.ShouldBe(HttpStatusCode.OK);
            file.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
            file.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
            using var plain = await GetAsync(full, "*/*");
            plain.Content.Headers.ContentEncoding.ShouldBeEmpty();
            plain.Content.Headers.ContentLength!.Value.ShouldBeGreaterThan(file.Content.Headers.ContentLength!.Value);
        }
    }

    [Fact]
    public async Task Page_MayConnectToTheServersThatAreListed()
    {
        using (var page = await GetAsync("/", Navigation)) Policy(page).ShouldContain("connect-src 'self';");
        await using var server = TestServer.Start(new() { ["Inspector:Servers"] = "https://Events.example.com:443, http://bücher.example:8000" });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events/s1");
        request.Headers.TryAddWithoutValidation("Accept", Navigation);
        using var listing = await server.Client.SendAsync(request, Cancel);
        Policy(listing).ShouldContain("connect-src 'self' https://events.example.com http://xn--bcher-kva.example:8000;");
        (await listing.Content.ReadAsStringAsync(Cancel)).ShouldContain("<meta name=\"eventstream-servers\" content=\"https://events.example.com http://xn--bcher-kva.example:8000\">");

        static string Policy(HttpResponseMessage answer) => answer.Headers.GetValues("Content-Security-Policy").Single();
    }

    [Theory]
    [InlineData("/inspector/assets/nothing.js")]
    [InlineData("/inspector/assets/index.html")]
    [InlineData("/inspector/assets/..%2Findex.html")]
    [InlineData("/inspector/assets/..%5C..%5CEventStream.Api.dll")]
    public async Task Asset_IsNotFound_WhenItIsNoneOfThePage(string path)
    {
        using var response = await GetAsync(path, "*/*");

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Sessions_AreListed_WhenTheyBegan()
    {
        var before = TimeProvider.System.GetUtcNow().AddMilliseconds(-1);
        await _server.PostAsync("/events/listed", """{"type":"note","payload":{}}""");

        var sessions = (await _server.GetAsync("/sessions?limit=1000")).Json.GetProperty("sessions").EnumerateArray().ToList();

        var listed = sessions.Single(session => session.GetProperty("session_id").GetString() == "listed");
        listed.GetProperty("started_at").GetDateTimeOffset().ShouldBeInRange(before, TimeProvider.System.GetUtcNow());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1001")]
    [InlineData("all")]
    public async Task Sessions_AreRefused_WhenTheLimitIsNone(string limit)
    {
        var answer = await _server.GetAsync($"/sessions?limit={limit}");

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Title.ShouldContain("from 1 to 1000");
    }

    [Fact]
    public async Task Sessions_AreUnavailable_WhenTheBusIs()
    {
        await using var server = TestServer.StartWith(new FailingBus(() => new BusUnavailableException("out")));

        (await server.GetAsync("/sessions")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Nothing_IsShown_WhenTheInspectorIsSwitchedOff()
    {
        await using var server = TestServer.Start(new() { ["Inspector:Enabled"] = "false" });

        (await server.GetAsync("/sessions")).Status.ShouldBe(HttpStatusCode.NotFound);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Accept", Navigation);
        (await server.AskAsync(request)).ContentType.ShouldBe("text/plain; charset=utf-8");
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? accept, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        if (encoding is not null) request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding);
        return await _server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }
}
