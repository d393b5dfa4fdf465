using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>The keys that seal tickets come from Redis, for which no thread of the server waits.</summary>
[Needs(Need.Redis)]
public sealed class TicketKeysTests : IAsyncLifetime
{
    private const int Strangers = 60;

    // Begins as tickets do, with the id of a key that nobody has.
    private static readonly string Garbage = $"CfDJ8{new string('A', 123)}";

    private readonly Dictionary<string, string> _settings = [];
    private RedisServer _redis = null!;
    private string _key = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartOwnAsync();
        _settings["ConnectionStrings:Redis"] = _redis.ConnectionString;
        _key = AccessSite.AddKey(_settings, "backend", "subscribe *");
    }

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_GoesOnToAnswer_WhenStrangersSendTicketsWhileRedisHangs(bool hasReadKeys)
    {
        await using var server = TestServer.Start(_settings);
        await Eventually.TrueAsync(async () => (await server.GetAsync("/health/ready")).Status == HttpStatusCode.OK, Cancel);
        var ticket = hasReadKeys ? await TicketAsync(server) : null;
        await _redis.FreezeAsync();

#pragma warning disable CA2025 // All are awaited before the server goes.
        var strangers = Enumerable.Range(0, Strangers).Select(_ => HistoryAsync(server, Garbage)).ToList();
#pragma warning restore CA2025

        (await server.GetAsync("/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        (await HistoryAsync(server, $"{_key}x")).ShouldBe(HttpStatusCode.Unauthorized);
        // It is known, and lacks the grant for what it asks.
        if (ticket is not null) (await HistoryAsync(server, ticket, "other")).ShouldBe(HttpStatusCode.Forbidden);
        (await Task.WhenAll(strangers)).ShouldAllBe(status => status == HttpStatusCode.ServiceUnavailable);
        if (!hasReadKeys) (await MakeAsync(server)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await _redis.ThawAsync();
        await Eventually.TrueAsync(async () => await HistoryAsync(server, Garbage) == HttpStatusCode.Unauthorized, Cancel);
        (await HistoryAsync(server, ticket ?? await TicketAsync(server))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ticket_CountsOnANodeThatHasReadOtherKeys()
    {
        using var probe = await RedisProbe.ConnectAsync(_redis, Cancel);
        await using var old = TestServer.Start(_settings);
        var first = await TicketAsync(old);
        (await HistoryAsync(old, first)).ShouldBe(HttpStatusCode.OK);
        probe.Ask("DEL", "eventstream:ticket-keys");

        await using var restarted = TestServer.Start(_settings);
        (await HistoryAsync(restarted, first)).ShouldBe(HttpStatusCode.Unauthorized);
        var second = await TicketAsync(restarted);

        (await HistoryAsync(old, second)).ShouldBe(HttpStatusCode.OK);
        (await HistoryAsync(restarted, second)).ShouldBe(HttpStatusCode.OK);
        (await HistoryAsync(old, first)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    // As another node's would, whose write was repeated after a time-out.
    [Fact]
    public async Task Ticket_Counts_WhenAKeyStandsTwiceInRedis()
    {
        using var probe = await RedisProbe.ConnectAsync(_redis, Cancel);
        await using var server = TestServer.Start(_settings);
        var ticket = await TicketAsync(server);
        var key = probe.List("LRANGE", "eventstream:ticket-keys", "0", "-1").ShouldHaveSingleItem()!.ToString()!;
        key.ShouldStartWith("<key id=");
        probe.Ask("RPUSH", "eventstream:ticket-keys", key);

        await using var other = TestServer.Start(_settings);
        (await HistoryAsync(other, ticket)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ticket_CountsForNothing_WhenAServerMadeItThatAsksNobodyWhoItIs()
    {
        await using var open = TestServer.Start(new() { ["ConnectionStrings:Redis"] = _redis.ConnectionString });
        await using var server = TestServer.Start(_settings);
        var ticket = await TicketAsync(open);
        (await HistoryAsync(server, ticket)).ShouldBe(HttpStatusCode.Unauthorized);
        (await HistoryAsync(server, await TicketAsync(server))).ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<HttpStatusCode> HistoryAsync(TestServer server, string credential, string session = "s") =>
        (await server.AskAsync(new HttpRequestMessage(HttpMethod.Get, $"/events/{session}/history") { Headers = { Authorization = new("Bearer", credential) } })).Status;

    private Task<string> TicketAsync(TestServer server) => AccessSite.TicketAsync(() => MakeAsync(server));

    private Task<HttpAnswer> MakeAsync(TestServer server) => server.AskAsync(new HttpRequestMessage(HttpMethod.Post, "/tickets")
    {
        Headers = { Authorization = new("Bearer", _key) },
        Content = new StringContent("""{"grants":["subscribe session:s"]}"""),
    });
}
