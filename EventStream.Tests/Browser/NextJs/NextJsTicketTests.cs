using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EventStream.Tests.Access;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser.NextJs;

/// <summary>The example before a server that asks for keys.</summary>
[Collection(nameof(NextJsCollection))]
[Needs(Need.Redis, Need.Browser, Need.NextJs)]
public sealed class NextJsTicketTests(NextJsSite site)
{
    private readonly Dictionary<string, string> _settings = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_WatchesByTickets_AndNeverSeesTheKey()
    {
        Chromium.SkipWithout();
        var key = AccessSite.AddKey(_settings, "nextjs", "subscribe session:*");
        var publisher = AccessSite.AddKey(_settings, "publisher", "publish session:*");
        await using var server = TestServer.Start(_settings);
        await using var app = await NextJsApp.StartAsync(server.Address, key, Cancel);
        var session = NextJsSite.NewSession();
        await PublishAsync("rendered");
        var page = await site.NewPageAsync();
        var (requests, answers) = (new ConcurrentQueue<IRequest>(), new ConcurrentQueue<IResponse>());
        page.Request += (_, request) => requests.Enqueue(request);
        page.Response += (_, answer) => answers.Enqueue(answer);

        await page.GotoAsync(new Uri(app.Address, $"/?session={session}").ToString());
        await page.GetByText("Live").WaitForAsync();
        await PublishAsync("streamed");
        await page.GetByRole(AriaRole.Log).GetByText("streamed").WaitForAsync();
        await page.GetByRole(AriaRole.Log).GetByText("rendered").WaitForAsync();

        var stream = requests.Single(request => request.Url.Contains("/eventstream/events/", StringComparison.Ordinal));
        (await stream.HeaderValueAsync("authorization"))!.ShouldStartWith("Bearer ");
        stream.Url.ShouldNotContain("ticket=");
        foreach (var request in requests) string.Join('\n', (await request.AllHeadersAsync()).Values).ShouldNotContain(key);
        // The stream has no end.
        foreach (var answer in answers.Where(answer => answer.Request != stream)) Encoding.UTF8.GetString(await answer.BodyAsync()).ShouldNotContain(key);

        async Task PublishAsync(string text) => await server.AskAsync(new HttpRequestMessage(HttpMethod.Post, $"/events/{session}")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", publisher) },
            Content = new StringContent($$$"""{"type":"note","payload":{"message":"{{{text}}}"}}"""),
        });
    }

    [Fact]
    public async Task Proxy_LetsNobodyIn_WithoutATicket()
    {
        Chromium.SkipWithout();
        var key = AccessSite.AddKey(_settings, "nextjs", "subscribe session:mine*");
        await using var server = TestServer.Start(_settings);
        await using var app = await NextJsApp.StartAsync(server.Address, key, Cancel);
        using var client = new HttpClient { BaseAddress = app.Address };
        (await StatusAsync(new(HttpMethod.Get, "/eventstream/events/mine"))).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(new(HttpMethod.Get, "/eventstream/events/mine/history"))).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(new(HttpMethod.Post, "/ticket") { Content = new StringContent("{}") })).ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync(new(HttpMethod.Post, "/ticket") { Content = new StringContent("null") })).ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync(new(HttpMethod.Post, "/ticket") { Content = new StringContent("""{"session":"other"}""") })).ShouldBe(HttpStatusCode.BadGateway);
        (await StatusAsync(new(HttpMethod.Post, "/ticket") { Content = new StringContent("""{"session":"mine"}""") })).ShouldBe(HttpStatusCode.OK);

        async Task<HttpStatusCode> StatusAsync(HttpRequestMessage request)
        {
            using (request)
            using (var answer = await client.SendAsync(request, Cancel)) return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Proxy_LetsAUserAskAnAgent_InTheSessionOfTheTicketAlone()
    {
        Chromium.SkipWithout();
        var key = AccessSite.AddKey(_settings, "nextjs", "subscribe session:*", "command session:*", "command agent:assistant");
        await using var server = TestServer.Start(_settings);
        await using var app = await NextJsApp.StartAsync(server.Address, key, Cancel);
        using var client = new HttpClient { BaseAddress = app.Address };
        var watching = await TicketAsync("""{"session":"mine"}""");
        var asking = await TicketAsync("""{"session":"mine","agent":"assistant"}""");

        (await AskAsync(watching, "mine")).ShouldBe(HttpStatusCode.Forbidden);
        (await AskAsync(asking, "other")).ShouldBe(HttpStatusCode.Forbidden);
        (await AskAsync(asking, "mine")).ShouldBe(HttpStatusCode.OK);

        async Task<string> TicketAsync(string body)
        {
            using var content = new StringContent(body);
            using var answer = await client.PostAsync(new Uri("/ticket", UriKind.Relative), content, Cancel);
            return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("ticket").GetString()!;
        }

        async Task<HttpStatusCode> AskAsync(string ticket, string session)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/eventstream/api/chat?agent=assistant")
            {
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", ticket) },
                Content = new StringContent($$$"""{"id":"{{{session}}}","messages":[{"id":"m1","role":"user","parts":[{"type":"text","text":"Is it up?"}]}]}""", Encoding.UTF8, "application/json"),
            };
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
            return answer.StatusCode;
        }
    }
}
