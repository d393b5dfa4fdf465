using System.Net;
using EventStream.Bus.Redis;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventStream.Tests.ScaleOut;

/// <summary>A Redis that answers and refuses: the problem, the log and readiness say what is wrong, each in the same words.</summary>
[Needs(Need.Redis)]
public sealed class RefusingRedisTests : IAsyncLifetime
{
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
    [InlineData("CONFIG SET maxmemory 1mb", "Redis is out of memory", "CONFIG SET maxmemory 0")]
    [InlineData("REPLICAOF 127.0.0.1 1", "Redis is a read-only replica", "REPLICAOF NO ONE")]
    [InlineData("CONFIG SET min-replicas-to-write 1", "Redis takes no writes because too few replicas follow it", "CONFIG SET min-replicas-to-write 0")]
    [InlineData("ACL SETUSER default -xadd", "The Redis user of this server lacks a right", "ACL SETUSER default +xadd")]
    [InlineData("ACL SETUSER default -evalsha", "The Redis user of this server lacks a right", "ACL SETUSER default +evalsha")]
    [InlineData("ACL SETUSER default resetkeys ~other:*", "The Redis user of this server lacks a right", "ACL SETUSER default ~*")]
    public async Task PublishAndReadinessAndLog_SayWhatIsWrong_WhenRedisRefuses(string fault, string reason, string repair)
    {
        await using var server = Server(_redis.ConnectionString);
        (await server.PostAsync("/events/s", """{"type":"t"}""")).Status.ShouldBe(HttpStatusCode.OK);
        _probe.Ask(fault.Split(' '));

        await ShouldSayAsync(server, reason);

        _probe.Ask(repair.Split(' '));
        await Eventually.TrueAsync(async () => (await server.GetAsync("/health/ready")).Status == HttpStatusCode.OK, Cancel);
        (await server.PostAsync("/events/s", """{"type":"t"}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Answers_NameTheKey_WhenAnotherProgramHoldsIt()
    {
        await using var server = Server(_redis.ConnectionString);
        (await server.PostAsync("/events/s", """{"type":"t"}""")).Status.ShouldBe(HttpStatusCode.OK);
        foreach (var key in (string[])["session:{s}:log", "session:recent"]) _probe.Ask("SET", key, "another program's");

        (await server.PostAsync("/events/s", """{"type":"t"}""")).Title.ShouldStartWith("A key of this stream holds another program's value in Redis; ");
        (await server.GetAsync("/sessions")).Title.ShouldStartWith("The key session:recent holds another program's value in Redis. ");
        (await server.PostAsync("/events/other", """{"type":"t"}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await server.GetAsync("/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
        _probe.Ask("DEL", "session:ready");
        _probe.Ask("SET", "session:ready", "another program's");
        await Eventually.TrueAsync(async () => (await server.GetAsync("/health/ready")).Text.Contains("The key session:ready holds another program's value in Redis. Delete that key", StringComparison.Ordinal), Cancel);
        await ShouldLogAsync("A key of this stream holds another program's value in Redis");
    }

    [Fact]
    public async Task PublishAndReadinessAndLog_SayWhatIsWrong_WhenRedisCantSave()
    {
        await using var server = Server(_redis.ConnectionString);
        // A folder in the place of its file: saving fails, and from then on Redis takes no writes.
        Directory.CreateDirectory(Path.Combine(_probe.List("CONFIG", "GET", "dir")[1], _probe.List("CONFIG", "GET", "dbfilename")[1]));
        _probe.Ask("CONFIG", "SET", "stop-writes-on-bgsave-error", "yes", "save", "3600 1");
        _probe.Ask("SET", "k", "v");
        _probe.Ask("BGSAVE");

        await ShouldSayAsync(server, "Redis takes no writes because it can't save its data to disk");
    }

    [Theory]
    [InlineData("")]
    [InlineData(",password=wrong")]
    [InlineData(",user=nobody,password=wrong")]
    public async Task PublishAndReadinessAndLog_SayWhatIsWrong_WhenThePasswordIs(string options)
    {
        _probe.Ask("CONFIG", "SET", "requirepass", "secret-of-the-test");
        await using var server = Server(_redis.ConnectionString + options);

        await ShouldSayAsync(server, "Redis refuses the user or password of this server");

        _logger.Entries.ShouldNotContain(entry => entry.Id.Name == "RedisUnreachable");
        _logger.Entries.ShouldAllBe(entry => !entry.Text.Contains("wrong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publish_IsRefusedEachTime_WhenTheRightToAnnounceIsMissing()
    {
        _probe.Ask("ACL", "SETUSER", "default", "-publish");
        await using var server = Server(_redis.ConnectionString);

        foreach (var id in (string[])["e1", "e2"])
        {
            var answer = await server.PostAsync("/events/s", $$"""{"type":"t","event_id":"{{id}}"}""");

            answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            answer.Title.ShouldStartWith("The Redis user of this server lacks a right; nothing was acknowledged. ");
        }
    }

    [Fact]
    public async Task Log_SaysThatARightIsMissing_WhenStreamsCantBeSubscribedTo()
    {
        _probe.Ask("ACL", "SETUSER", "default", "-subscribe");
        await using var server = Server(_redis.ConnectionString);

        await using var client = await server.OpenAsync("/events/s");

        (await client.NextAsync()).Data.ShouldContain("unavailable");
        await ShouldLogAsync("The Redis user of this server lacks a right");
    }

    [Fact]
    public async Task Readiness_WritesOnceASecondAtMost_HoweverManyProbesCome()
    {
        await using var server = Server(_redis.ConnectionString);
        (await server.GetAsync("/health/ready")).Status.ShouldBe(HttpStatusCode.OK);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => server.GetAsync("/health/ready")));

        _probe.Number("XLEN", "session:ready").ShouldBe(1);
        // All of them come within a few seconds; the scripts' commands are counted too.
        var calls = _probe.Text("INFO", "commandstats")!.Split('\n').Single(line => line.StartsWith("cmdstat_xadd:", StringComparison.Ordinal)).Split('=', ',')[1];
        int.Parse(calls).ShouldBeLessThan(100);
    }

    private async Task ShouldSayAsync(TestServer server, string reason)
    {
        await Eventually.TrueAsync(async () => (await server.GetAsync("/health/ready")).Text.Contains(reason, StringComparison.Ordinal), Cancel, $"not ready: {reason}");
        var ready = await server.GetAsync("/health/ready");
        ready.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        ready.Json.GetProperty("reason").GetString()!.ShouldStartWith($"{reason}. ");

        var answer = await server.PostAsync("/events/s", """{"type":"t"}""");
        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Title.ShouldStartWith($"{reason}; nothing was acknowledged. ");
        (await server.GetAsync("/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        await ShouldLogAsync(reason);
        // Not all versions of Redis name the right each time, so there may be a line with the name and one without.
        _logger.Entries.Where(entry => entry.Id.Name == "RedisRefused" && entry.Text.StartsWith(reason, StringComparison.Ordinal)).Select(entry => entry.Text).ShouldBeUnique();
    }

    private Task ShouldLogAsync(string reason) =>
        Eventually.TrueAsync(() => _logger.Entries.Any(entry => entry is { Id.Name: "RedisRefused", Level: LogLevel.Warning } && entry.Text.StartsWith(reason, StringComparison.Ordinal)), Cancel);

    private TestServer Server(string redis) => TestServer.Start(
        new() { ["ConnectionStrings:Redis"] = redis, ["Publishing:RetryBudget"] = "00:00:00.5" },
        services => services.AddSingleton<ILogger<RedisEventBus>>(_logger));
}
