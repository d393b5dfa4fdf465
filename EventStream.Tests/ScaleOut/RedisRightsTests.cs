using System.Net;
using EventStream.Bus.Redis;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventStream.Tests.ScaleOut;

/// <summary>A Redis whose users lack something: the server is never ready with less than it needs, and never goes on as another user.</summary>
[Needs(Need.Redis)]
public sealed class RedisRightsTests : IAsyncLifetime
{
    private const string WrongCredentials = "Redis refuses the user or password of this server";

    private readonly RecordingLogger<RedisEventBus> _logger = new();
    private RedisServer _redis = null!;
    private RedisProbe _probe = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartOwnAsync();
        _probe = await RedisProbe.ConnectAsync(_redis, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _probe.Dispose();
        await _redis.DisposeAsync();
    }

    [Theory]
    [InlineData("-publish", "+publish", "+publish")]
    [InlineData("-xtrim", "+xtrim", "+xtrim")]
    [InlineData("-subscribe", "+subscribe", "+subscribe")]
    [InlineData("resetchannels &project:* &broadcast:* &agent:* &eventstream:probe:*", "&session:*", "allchannels")]
    [InlineData("resetchannels &session:* &broadcast:* &agent:* &eventstream:probe:*", "&project:*", "allchannels")]
    [InlineData("resetchannels &session:* &project:* &eventstream:probe:*", "&broadcast:* &agent:*", "allchannels")]
    [InlineData("resetchannels &session:* &project:* &broadcast:* &agent:*", "&eventstream:probe:*", "allchannels")]
    [InlineData("resetkeys ~session:* ~broadcast:* ~agent:*", "~project:*", "~*")]
    public async Task Readiness_NamesWhatIsMissing_FromTheStartAndWhileConnected(string taken, string named, string given)
    {
        Grant(taken);
        await using var early = Server();
        await ShouldLackAsync(early, named);

        Grant(given);
        await ShouldBecomeReadyAsync(early);
        await using var late = Server();
        await ShouldBecomeReadyAsync(late);
        Grant(taken);
        // Redis cuts those who are subscribed to what they may not hear any more, and leaves the others.
        _probe.Ask("CLIENT", "KILL", "TYPE", "pubsub");
        await ShouldLackAsync(early, named);
        await ShouldLackAsync(late, named);

        Grant(given);
        await ShouldBecomeReadyAsync(late);
        _logger.Entries.Count(entry => entry.Id.Name == "RedisSubscriberLost").ShouldBeLessThan(10);
    }

    [Theory]
    [InlineData("xadd")]
    [InlineData("hmget")]
    [InlineData("publish")]
    public async Task Publish_NamesTheRight_WhenACommandOfAScriptIsRefused(string command)
    {
        await using var server = Server();
        (await PublishAsync(server)).Status.ShouldBe(HttpStatusCode.OK);
        Grant($"-{command}");

        (await PublishAsync(server)).Title.ShouldBe($"The Redis user of this server lacks a right; nothing was acknowledged. Give it +{command}; all that it needs is in docs/decisions/redis.md.");
        if (command == "hmget") (await server.GetAsync("/events/s/history")).Title.ShouldContain("Give it +hmget;");
    }

    [Theory]
    [InlineData("es", "secret", "ACL SETUSER es off")]
    [InlineData("es", "wrong", "")]
    [InlineData("nobody", "secret", "")]
    public async Task Readiness_SaysThatTheUserIsRefused_AtItsFirstProbe(string user, string password, string change)
    {
        _probe.Ask("ACL", "SETUSER", "es", "reset", "on", ">secret", "~*", "&*", "+@all");
        if (change.Length > 0) _probe.Ask(change.Split(' '));
        await using var server = Server($",user={user},password={password}");

        (await server.GetAsync("/health/ready")).Json.GetProperty("reason").GetString()!.ShouldStartWith(WrongCredentials);

        _probe.Ask("ACL", "SETUSER", user, "reset", "on", $">{password}", "~*", "&*", "+@all");
        await ShouldBecomeReadyAsync(server);
    }

    [Theory]
    [InlineData(",password=superfluous", "Redis has no password, and this server is configured with one")]
    [InlineData(",user=nobody,password=superfluous", WrongCredentials)]
    [InlineData(",user=default,password=superfluous", "")]
    public async Task NothingIsDoneAsAnotherUser_WhenTheDefaultUserNeedsNoPassword(string options, string reason)
    {
        await using var server = Server(options);
        if (reason.Length == 0)
        {
            // Redis takes any password for a user without one.
            await ShouldBecomeReadyAsync(server);
            return;
        }
        await ShouldSayAsync(server, reason);

        (await PublishAsync(server)).Title.ShouldStartWith($"{reason}; nothing was acknowledged. ");
        (await server.GetAsync("/events/s/history")).Title.ShouldStartWith($"{reason}. ");
        await using var client = await server.OpenAsync("/events/s");
        (await client.NextAsync()).Data.ShouldContain("unavailable");
        _probe.Number("DBSIZE").ShouldBe(0);
        _logger.Entries.ShouldContain(entry => entry.Id.Name == "RedisRefused" && entry.Level == LogLevel.Warning && entry.Text.StartsWith(reason, StringComparison.Ordinal));
        _logger.Entries.ShouldNotContain(entry => entry.Text.Contains("superfluous", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ACL DELUSER es")]
    [InlineData("ACL SETUSER es off")]
    [InlineData("ACL SETUSER es resetpass >another")]
    public async Task NothingIsDoneAsAnotherUser_WhenTheUserIsLostWhileConnected(string loss)
    {
        string[] user = ["ACL", "SETUSER", "es", "reset", "on", ">secret", "~*", "&*", "+@all"];
        _probe.Ask(user);
        await using var server = Server(",user=es,password=secret");
        await ShouldBecomeReadyAsync(server);
        (await PublishAsync(server)).Status.ShouldBe(HttpStatusCode.OK);

        _probe.Ask(loss.Split(' '));
        // Of itself Redis cuts the connections of a user that it deletes, and of no other.
        if (!loss.Contains("DELUSER", StringComparison.Ordinal)) _probe.Ask("CLIENT", "KILL", "USER", "es");
        await Eventually.TrueAsync(async () => await PublishAsync(server) is { Status: HttpStatusCode.ServiceUnavailable } answer && answer.Title.StartsWith(WrongCredentials, StringComparison.Ordinal), Cancel);
        await ShouldSayAsync(server, WrongCredentials);
        _probe.Text("CLIENT", "LIST")!.Split('\n').Count(line => line.Contains("name=eventstream", StringComparison.Ordinal)).ShouldBe(0);
        var held = _probe.Number("XLEN", "session:{s}:log");
        (await PublishAsync(server)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        _probe.Number("XLEN", "session:{s}:log").ShouldBe(held);

        _probe.Ask(user);
        await ShouldBecomeReadyAsync(server);
        await Eventually.TrueAsync(async () => (await PublishAsync(server)).Status == HttpStatusCode.OK, Cancel);
    }

    private static Task<HttpAnswer> PublishAsync(TestServer server) => server.PostAsync("/events/s", """{"type":"t"}""");

    private static Task ShouldBecomeReadyAsync(TestServer server) =>
        Eventually.TrueAsync(async () => (await server.GetAsync("/health/ready")).Status == HttpStatusCode.OK, Cancel, "ready");

    private static async Task ShouldLackAsync(TestServer server, string named)
    {
        await ShouldSayAsync(server, "The Redis user of this server lacks a right");
        await Eventually.TrueAsync(async () => (await server.GetAsync("/health/ready")).Json.GetProperty("reason").GetString()!.Contains(named, StringComparison.Ordinal), Cancel, named);
    }

    private static async Task ShouldSayAsync(TestServer server, string reason)
    {
        HttpAnswer? ready = null;
        await Eventually.TrueAsync(async () => (ready = await server.GetAsync("/health/ready")).Text.Contains(reason, StringComparison.Ordinal), Cancel, $"not ready: {reason}");
        ready!.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    private void Grant(string rights) => _probe.Ask(["ACL", "SETUSER", "default", .. rights.Split(' ')]);

    private TestServer Server(string options = "") => TestServer.Start(
        new() { ["ConnectionStrings:Redis"] = _redis.ConnectionString + options, ["Publishing:RetryBudget"] = "00:00:00.5" },
        services => services.AddSingleton<ILogger<RedisEventBus>>(_logger));
}
