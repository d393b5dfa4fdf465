using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>Nodes that share a Redis know each other's tickets.</summary>
[Needs(Need.Redis)]
public sealed class TicketsOfNodesTests(RedisServer redis) : IAsyncLifetime
{
    private readonly Dictionary<string, string> _settings = [];
    private string _key = "";

    public async ValueTask InitializeAsync()
    {
        await redis.StartAsync();
        _settings["ConnectionStrings:Redis"] = redis.ConnectionString;
        _key = AccessSite.AddKey(_settings, "backend", "subscribe *");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Ticket_CountsOnAnotherNode_AlsoAfterBothWereRestarted()
    {
        string ticket;
        await using (var maker = TestServer.Start(_settings))
        await using (var other = TestServer.Start(_settings))
        {
            ticket = await TicketAsync(maker, "");
            (await WatchAsync(maker, ticket)).ShouldBe(HttpStatusCode.OK);
            (await WatchAsync(other, ticket)).ShouldBe(HttpStatusCode.OK);
            (await WatchAsync(maker, await TicketAsync(other, ""))).ShouldBe(HttpStatusCode.OK);
        }
        await using var later = TestServer.Start(_settings);
        (await WatchAsync(later, ticket)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ticket_CountsOnOneNodeOnly_WhenItCountsOnce()
    {
        await using var one = TestServer.Start(_settings);
        await using var other = TestServer.Start(_settings);
        var ticket = await TicketAsync(one, ",\"once\":true");
        (await WatchAsync(other, ticket)).ShouldBe(HttpStatusCode.OK);
        (await WatchAsync(one, ticket)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Tickets_AreAnsweredThatRedisIsAway_AndCountAgainWhenItIsBack()
    {
        RedisServer.SkipUnlessOwn();
        await using var own = new RedisProcess();
        await own.StartAsync();
        var settings = new Dictionary<string, string>(_settings) { ["ConnectionStrings:Redis"] = own.Address! };
        string ticket;
        await using (var maker = TestServer.Start(settings)) ticket = await TicketAsync(maker, "");
        await using var server = TestServer.Start(settings);
        await own.KillAsync();

        await Eventually.TrueAsync(async () => await WatchAsync(server, ticket) == HttpStatusCode.ServiceUnavailable, TestContext.Current.CancellationToken);
        var refused = await MakeAsync(server, "");
        refused.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Text.ShouldNotContain("Exception");
        // A ticket is no event.
        refused.Text.ShouldNotContain("may have been stored");
    }

    private static async Task<HttpStatusCode> WatchAsync(TestServer server, string ticket)
    {
        using var answer = await server.Client.GetAsync($"/events/s?ticket={ticket}", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private Task<string> TicketAsync(TestServer server, string members) => AccessSite.TicketAsync(() => MakeAsync(server, members));

    private Task<HttpAnswer> MakeAsync(TestServer server, string members) => server.AskAsync(new HttpRequestMessage(HttpMethod.Post, "/tickets")
    {
        Headers = { Authorization = new("Bearer", _key) },
        Content = new StringContent($$"""{"grants":["subscribe session:s"]{{members}} }"""),
    });
}
