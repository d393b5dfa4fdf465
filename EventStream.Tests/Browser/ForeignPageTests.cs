using System.Net.Http.Headers;
using EventStream.Tests.Access;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>What pages of the server's own origin, of a listed one and of others can do in a real browser.</summary>
public sealed class ForeignPageTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private const string Blank = "<!doctype html><title>A page</title><link rel=icon href=data:,>";

    // Follows a stream by the browser's own EventSource, as a page without the client does.
    private const string Follow = """
        ([url, withCredentials]) => {
            globalThis.source?.close();
            const source = globalThis.source = new EventSource(url, { withCredentials });
            globalThis.seen = [];
            globalThis.state = "connecting";
            source.onopen = () => { globalThis.state = "open"; };
            source.onerror = () => { if (source.readyState === EventSource.CLOSED) globalThis.state = "refused"; };
            source.addEventListener("note", event => globalThis.seen.push(JSON.parse(event.data).payload.text));
        }
        """;

    private readonly Dictionary<string, string> _keys = [];
    private string _key = "";

    private protected override Dictionary<string, string> Settings
    {
        get
        {
            _key = AccessSite.AddKey(_keys, "backend", "subscribe session:*", "publish session:*");
            return new(Redis.Concat(_keys)) { ["Cors:Origins"] = "http://app.localhost:1" };
        }
    }

    // Chromium itself logs what it or the server refuses.
    private protected override bool IsFault(IConsoleMessage message) => false;

    [Fact]
    public async Task OwnPage_WatchesByATicketInTheAddress_AndByCookie()
    {
        await PublishAsync(Notes(2));
        await OwnPageAsync();
        await FollowAsync($"/events/{Session}?from=earliest&ticket={await TicketAsync()}");
        await SeesAsync("note 1", "note 2");

        await FollowAsync($"/events/{Session}?from=earliest");
        await IsAsync("refused");
        // A page gets the cookie from its own backend, which has the key; here the page asks with it.
        await Page.EvaluateAsync("([key, body]) => fetch('/tickets?cookie=true', { method: 'POST', headers: { authorization: `Bearer ${key}` }, body })", new[] { _key, Body(300) });
        (await Page.EvaluateAsync<string>("document.cookie")).ShouldBeEmpty();
        await FollowAsync($"/events/{Session}?from=earliest");
        await SeesAsync("note 1", "note 2");
        await PublishAsync(Notes(1, first: 3));
        await SeesAsync("note 1", "note 2", "note 3");
    }

    [Fact]
    public async Task EventSource_StopsForGood_WhenItsTicketHasEnded()
    {
        await OwnPageAsync();
        await FollowAsync($"/events/{Session}?ticket={await TicketAsync(5)}");
        await IsAsync("open");
        await IsAsync("refused");
    }

    [Theory]
    [InlineData("form")]
    [InlineData("no-cors")]
    [InlineData("sendBeacon")]
    public async Task ForeignPage_PublishesNothing(string how)
    {
        await using var open = TestServer.Start();
        await using var foreign = await ForeignPageAsync();
        var refusal = Page.WaitForResponseAsync(response => response.Url.StartsWith(open.Address.ToString(), StringComparison.Ordinal));
        await Page.EvaluateAsync("""
            ([how, url]) => {
                const body = '{"type":"note","payload":{}}';
                if (how === "sendBeacon") return void navigator.sendBeacon(url, body);
                if (how !== "form") return void fetch(url, { method: "POST", mode: how, body }).catch(() => {});
                const form = Object.assign(document.createElement("form"), { action: url, method: "post", enctype: "text/plain" });
                const field = Object.assign(document.createElement("input"), { name: body.slice(0, -1) + ',"a":"', value: '"}' });
                form.append(field);
                document.body.append(form);
                form.submit();
            }
            """, new[] { how, new Uri(open.Address, $"/events/{Session}").ToString() });

        (await refusal).Status.ShouldBe(403);
        (await open.GetAsync($"/events/{Session}/history")).Json.GetProperty("events").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task ForeignPage_OpensNoWebSocket()
    {
        await using var open = TestServer.Start();
        await using var foreign = await ForeignPageAsync();
        (await SocketAsync(open, [])).ShouldBe("refused");
        // Not with a ticket either, which it may have stolen.
        (await SocketAsync(Server, ["eventstream", $"eventstream.ticket.{await TicketAsync()}"])).ShouldBe("refused");
        await OwnPageAsync();
        (await SocketAsync(Server, ["eventstream", $"eventstream.ticket.{await TicketAsync()}"])).ShouldBe("open eventstream");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForeignPage_ReadsNoStream(bool withCredentials)
    {
        await SignInAsync();
        await using var open = TestServer.Start();
        await using var foreign = await ForeignPageAsync();
        await FollowAsync(new Uri(open.Address, $"/events/{Session}").ToString(), withCredentials);
        await IsAsync("refused");
        await FollowAsync(new Uri(Server.Address, $"/events/{Session}?ticket={await TicketAsync()}").ToString(), withCredentials);
        await IsAsync("refused");
    }

    [Fact]
    public async Task ListedPage_ReadsByTicket_AndNotByTheCookieOfAnotherSite()
    {
        await using var listed = await LoopbackServer.StartAsync(SendBlankAsync, Cancel);
        var keys = new Dictionary<string, string>(_keys) { ["Cors:Origins"] = PublicAddress(listed).GetLeftPart(UriPartial.Authority) };
        await using var server = TestServer.Start(keys);
        var ticket = AccessSite.Ticket(await AskAsync(server, "/tickets", Body(300)));
        await AskAsync(server, $"/events/{Session}", """{"type":"note","payload":{"text":"note 1"}}""");
        await Page.Context.AddCookiesAsync([new() { Name = "eventstream-ticket", Value = ticket!, Domain = "127.0.0.1", Path = "/", SameSite = SameSiteAttribute.Strict, HttpOnly = true }]);

        await Page.GotoAsync(PublicAddress(listed).ToString());
        await FollowAsync(new Uri(server.Address, $"/events/{Session}?from=earliest").ToString(), withCredentials: true);
        await IsAsync("refused");
        await FollowAsync(new Uri(server.Address, $"/events/{Session}?from=earliest&ticket={ticket}").ToString(), withCredentials: true);
        await SeesAsync("note 1");
    }

    [Fact]
    public async Task PageWhoseNameResolvesToThisMachine_IsRefused()
    {
        await using var open = TestServer.Start();
        await using var foreign = await LoopbackServer.StartAsync(SendBlankAsync, Cancel);
        await using var relay = new TcpRelay(foreign.Address.Port);
        var page = new UriBuilder("http", Chromium.PublicName, relay.Port).Uri;
        await Page.GotoAsync(page.ToString());
        // From now on the name leads to the server, for which the page seems to be its own.
        relay.Target = open.Address.Port;
        relay.Cut();

        var answers = new List<string>();
        foreach (var (method, path) in ((string, string)[])[("GET", "/sessions"), ("GET", $"/events/{Session}/history"), ("POST", $"/events/{Session}"), ("DELETE", $"/events/{Session}"), ("POST", "/tickets")])
            answers.Add(await Page.EvaluateAsync<string>("([method, path]) => fetch(path, { method }).then(async answer => `${answer.status} ${(await answer.json()).title}`)", new[] { method, path }));
        answers.ShouldAllBe(answer => answer == $"403 This server isn't asked for as '{Chromium.PublicName}'; add that name to Access:Hosts.");
        await FollowAsync($"/events/{Session}");
        await IsAsync("refused");
        (await SocketAsync(new Uri(page, $"/ws/events/{Session}"), [])).ShouldBe("refused");
        (await Page.GotoAsync(page.ToString()))!.Status.ShouldBe(403);
    }

    private static Uri PublicAddress(LoopbackServer server) => new UriBuilder(server.Address) { Host = Chromium.PublicName }.Uri;

    private static Task SendBlankAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync(Blank, context.RequestAborted);
    }

    private static Task<HttpAnswer> AskAsync(TestServer server, HttpMethod method, string path, string credential, string body) =>
        server.AskAsync(new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", credential) }, Content = new StringContent(body) });

    private Task<HttpAnswer> AskAsync(TestServer server, string path, string body) => AskAsync(server, HttpMethod.Post, path, _key, body);

    private string Body(int seconds) => $$"""{"grants":["subscribe session:{{Session}}"],"expires_in":{{seconds}}}""";

    private Task<string> TicketAsync(int seconds = 300) => AccessSite.TicketAsync(() => AskAsync(Server, "/tickets", Body(seconds)));

    private new async Task PublishAsync(params object[] events) =>
        (await AskAsync(Server, $"/events/{Session}", System.Text.Json.JsonSerializer.Serialize(events))).Status.ShouldBe(System.Net.HttpStatusCode.OK);

    /// <summary>A page of another site.</summary>
    private async Task<LoopbackServer> ForeignPageAsync()
    {
        var foreign = await LoopbackServer.StartAsync(SendBlankAsync, Cancel);
        await Page.GotoAsync(PublicAddress(foreign).ToString());
        return foreign;
    }

    /// <summary>A page of the server's own origin.</summary>
    private Task OwnPageAsync() => OpenAsync("/");

    private async Task SignInAsync()
    {
        await TicketAsync();
        await OwnPageAsync();
        await Page.EvaluateAsync("([key, body]) => fetch('/tickets?cookie=true', { method: 'POST', headers: { authorization: `Bearer ${key}` }, body })", new[] { _key, Body(300) });
    }

    private async Task FollowAsync(string url, bool withCredentials = false) => await Page.EvaluateAsync(Follow, new object[] { url, withCredentials });

    private async Task IsAsync(string state) => await Page.WaitForFunctionAsync("state => globalThis.state === state", state);

    private async Task SeesAsync(params string[] notes)
    {
        await Page.WaitForFunctionAsync("count => globalThis.seen.length >= count", notes.Length);
        (await Page.EvaluateAsync<string[]>("globalThis.seen")).ShouldBe(notes);
    }

    private Task<string> SocketAsync(TestServer server, string[] protocols) => SocketAsync(new Uri(server.Address, $"/ws/events/{Session}"), protocols);

    private Task<string> SocketAsync(Uri address, string[] protocols) => Page.EvaluateAsync<string>("""
        ([url, protocols]) => new Promise(resolve => {
            const socket = new WebSocket(url, protocols);
            socket.onopen = () => resolve(`open ${socket.protocol}`);
            socket.onerror = () => resolve("refused");
        })
        """, new object[] { new UriBuilder(address) { Scheme = "ws" }.ToString(), protocols });
}
