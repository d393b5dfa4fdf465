using System.Net;
using System.Net.Http.Headers;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

public sealed class TicketTests(AccessSite site) : IClassFixture<AccessSite>
{
    private const string OwnGrant = """{"grants":["subscribe session:own*"]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"grants":["subscribe session:own"]}""")]
    [InlineData("""{"grants":["subscribe session:own*","command session:own-1","publish session:own-1"],"subject":"user-7","expires_in":5,"once":true}""")]
    [InlineData("""{"grants":["subscribe project:own"],"expires_in":86400}""")]
    public async Task Make_GivesATicket(string body)
    {
        var answer = await site.AskAsync(HttpMethod.Post, "/tickets", site.Owner, body);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        answer.Json.GetProperty("ticket").GetString().ShouldNotBeNullOrEmpty();
        answer.Json.GetProperty("expires_at").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData("", "The body must be JSON, such as")]
    [InlineData("[]", "The body must be an object, such as")]
    [InlineData("{}", "/grants must be given, such as")]
    [InlineData("""{"grants":[]}""", "/grants must be an array of 1 to 16 grants")]
    [InlineData("""{"grants":"subscribe session:own"}""", "/grants must be an array of 1 to 16 grants")]
    [InlineData("""{"grants":["watch session:own"]}""", "/grants/0 is no grant; write subscribe,")]
    [InlineData("""{"grants":["subscribe session:own",7]}""", "/grants/1 is no grant; write subscribe,")]
    [InlineData("""{"grants":["admin session:own"]}""", "/grants/0 is admin, which no ticket can hold")]
    [InlineData("""{"grants":["publish session:own*"]}""", "/grants/0 must name one session")]
    [InlineData("""{"grants":["publish project:own"]}""", "/grants/0 must name one session")]
    [InlineData("""{"grants":["subscribe session:own"],"expires_in":-1}""", "/expires_in must be a whole number of seconds, 5 to 86400.")]
    [InlineData("""{"grants":["subscribe session:own"],"expires_in":86401}""", "/expires_in must be a whole number of seconds, 5 to 86400.")]
    [InlineData("""{"grants":["subscribe session:own"],"expires_in":1e99}""", "/expires_in must be a whole number of seconds, 5 to 86400.")]
    [InlineData("""{"grants":["subscribe session:own"],"subject":""}""", "/subject must be a text of 1 to 127 characters")]
    [InlineData("""{"grants":["subscribe session:own"],"once":1}""", "/once must be true or false.")]
    [InlineData("""{"grants":["subscribe session:own"],"ttl":5}""", "'ttl' is no member of a ticket's request")]
    public async Task Make_SaysWhatIsWrong(string body, string title)
    {
        var answer = await site.AskAsync(HttpMethod.Post, "/tickets", site.Owner, body);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Title.ShouldContain(title);
    }

    [Fact]
    public async Task Make_IsRefused_WhenTheMakerDoesNotHoldTheGrant()
    {
        var answer = await site.AskAsync(HttpMethod.Post, "/tickets", site.Owner, """{"grants":["subscribe session:own","subscribe session:*"]}""");
        (answer.Status, answer.Title).ShouldBe((HttpStatusCode.Forbidden, "The caller doesn't hold 'subscribe session:*' itself, so it can't hand it out."));
    }

    [Fact]
    public async Task Make_IsRefused_WhenTheMakerShowsATicket()
    {
        var answer = await site.AskAsync(HttpMethod.Post, "/tickets", await site.TicketAsync(site.Owner, OwnGrant), """{"grants":["subscribe session:own"]}""");
        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Make_GivesATicketThatEndsWithTheTokenOfItsMaker()
    {
        var token = site.Token(["subscribe session:own*"], until: TimeSpan.FromMinutes(2));
        var answer = await site.AskAsync(HttpMethod.Post, "/tickets", token, """{"grants":["subscribe session:own"],"expires_in":3600}""");
        answer.Json.GetProperty("expires_at").GetDateTimeOffset().ShouldBeLessThanOrEqualTo(DateTimeOffset.UtcNow.AddMinutes(2));
    }

    // Clocks may differ, so such a token counts otherwise.
    [Fact]
    public async Task Make_Is401_WhenTheTokenOfTheMakerHasJustExpired()
    {
        var token = site.Token(["subscribe session:own*"], until: TimeSpan.FromSeconds(-5));
        (await site.AskAsync(HttpMethod.Get, "/events/own/history", token)).Status.ShouldBe(HttpStatusCode.OK);
        var answer = await site.AskAsync(HttpMethod.Post, "/tickets", token, """{"grants":["subscribe session:own"]}""");
        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Title.ShouldStartWith("The token has expired");
    }

    [Fact]
    public async Task Make_IsRefused_WhenTheBodyIsLarge()
    {
        var answer = await site.AskAsync(HttpMethod.Post, "/tickets", site.Owner, $$"""{"grants":["subscribe session:own"],"subject":"{{new string('x', 20_000)}}"}""");
        (answer.Status, answer.Title).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "A request for a ticket may take 16384 bytes."));
    }

    [Fact]
    public async Task Ticket_CountsInTheAddressTheHeaderAndTheCookie()
    {
        var ticket = await site.TicketAsync(site.Owner, OwnGrant);
        (await site.AskAsync(HttpMethod.Get, $"/events/own/history?ticket={ticket}", credential: null)).Status.ShouldBe(HttpStatusCode.OK);
        (await site.AskAsync(HttpMethod.Get, "/events/own/history", ticket)).Status.ShouldBe(HttpStatusCode.OK);
        (await WithAsync("Cookie", $"__Host-eventstream-ticket={ticket}")).Status.ShouldBe(HttpStatusCode.OK);
        (await WithAsync("Cookie", $"eventstream-ticket={ticket}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    // A sibling domain could set it.
    [Fact]
    public async Task PlainCookie_CountsForNothing_BeyondThisMachine()
    {
        var ticket = await site.TicketAsync(site.Owner, OwnGrant);
        var request = new HttpRequestMessage(HttpMethod.Get, "/events/own/history") { Headers = { Host = "events.example.com" } };
        request.Headers.Add("Cookie", $"eventstream-ticket={ticket}");
        (await site.Server.AskAsync(request)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Ticket_CountsAsASubprotocol_WhichIsNeverSentBack()
    {
        var ticket = await site.TicketAsync(site.Owner, OwnGrant);
        await using var socket = await WebSocketClient.OpenAsync(site.Server.Address, "/ws/events/own", options =>
        {
            options.AddSubProtocol("eventstream");
            options.AddSubProtocol($"eventstream.ticket.{ticket}");
        });
        (await socket.NextAsync()).Type.ShouldBe("session_stream_started");
        socket.Subprotocol.ShouldBe("eventstream");
    }

    [Fact]
    public async Task Ticket_OpensOneStream_WhenItCountsOnce()
    {
        var ticket = await site.TicketAsync(site.Owner, """{"grants":["subscribe session:own"],"once":true}""");
        (await site.AskAsync(HttpMethod.Get, $"/events/own/history?ticket={ticket}", credential: null)).Status.ShouldBe(HttpStatusCode.OK);
        var second = await site.AskAsync(HttpMethod.Get, $"/events/own/history?ticket={ticket}", credential: null);
        (second.Status, second.Title).ShouldBe((HttpStatusCode.Unauthorized, "The ticket counts once, and has been used; ask for a new one."));
    }

    [Fact]
    public async Task Ticket_ThatCountsOnce_IsNotUsedByARequestThatIsRefused()
    {
        var ticket = await site.TicketAsync(site.Owner, """{"grants":["subscribe session:own"],"once":true}""");
        (await site.AskAsync(HttpMethod.Get, $"/events/own-2/history?ticket={ticket}", credential: null)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await site.AskAsync(HttpMethod.Post, $"/events/own?ticket={ticket}", credential: null, """{"type":"note"}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
        var tries = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => site.AskAsync(HttpMethod.Get, $"/events/own/history?ticket={ticket}", credential: null)));
        tries.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(1);
        tries.Count(answer => answer.Status == HttpStatusCode.Unauthorized).ShouldBe(7);
    }

    [Fact]
    public async Task Cookie_IsForThisServerAlone_AndNotForScripts()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tickets?cookie=true") { Content = new StringContent(OwnGrant), Headers = { Authorization = new AuthenticationHeaderValue("Bearer", site.Owner), Host = "events.example.com" } };
        using var answer = await site.Server.Client.SendAsync(request, Cancel);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        answer.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem().ShouldMatch("^__Host-eventstream-ticket=[^;]+; expires=[^;]+; path=/; secure; samesite=strict; httponly$");
    }

    [Fact]
    public async Task Credentials_AreRefused_WhenTheyDiffer()
    {
        var ticket = await site.TicketAsync(site.Owner, OwnGrant);
        var answer = await site.AskAsync(HttpMethod.Get, $"/events/own/history?ticket={ticket}", site.Owner);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        (await site.AskAsync(HttpMethod.Get, $"/events/own/history?ticket={ticket}", ticket)).Status.ShouldBe(HttpStatusCode.OK);
        (await site.AskAsync(HttpMethod.Get, $"/events/own/history?ticket={ticket}&ticket={ticket}", credential: null)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Subprotocols_AreRefused_WhenTheirTicketsDiffer()
    {
        var (one, other) = (await site.TicketAsync(site.Owner, OwnGrant), await site.TicketAsync(site.Owner, OwnGrant));
        var answer = await WithAsync("Sec-WebSocket-Protocol", $"eventstream.ticket.{one}, eventstream, eventstream.ticket.{other}");
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Title.ShouldStartWith("Two different credentials were shown");
        (await WithAsync("Sec-WebSocket-Protocol", $"eventstream.ticket.{one}, eventstream.ticket.{one}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer a b")]
    [InlineData("Bearerabc")]
    public async Task Header_IsRefused_WhenItIsMalformed(string value)
    {
        var answer = await WithAsync("Authorization", value);
        (answer.Status, answer.Title).ShouldBe((HttpStatusCode.BadRequest, "Authorization must be Bearer, a space, and a key, token or ticket."));
    }

    [Fact]
    public async Task Header_SaysNothing_WhenItsSchemeIsAnother()
    {
        var ticket = await site.TicketAsync(site.Owner, OwnGrant);
        (await WithAsync("Authorization", "Basic dXNlcjpwYXNz", $"?ticket={ticket}")).Status.ShouldBe(HttpStatusCode.OK);
        (await WithAsync("Authorization", "Basic dXNlcjpwYXNz")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    // An address stands in logs and histories.
    [Fact]
    public async Task Key_CountsForNothing_InAnAddress()
    {
        var answer = await site.AskAsync(HttpMethod.Get, $"/events/own/history?ticket={site.Owner}", credential: null);
        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Title.ShouldStartWith("Keys and tokens count in the header Authorization: Bearer alone");
    }

    private Task<HttpAnswer> WithAsync(string name, string value, string query = "")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/events/own/history{query}");
        request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        return site.Server.AskAsync(request);
    }
}
