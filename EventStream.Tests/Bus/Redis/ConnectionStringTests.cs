using System.Text;
using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Bus.Redis.Wire;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>The subscribing connection accepts every connection string that the commands accept.</summary>
[Needs(Need.Redis)]
public sealed class ConnectionStringTests(SharedCluster cluster) : IClassFixture<SharedCluster>
{
    private readonly StreamKey _stream = StreamKey.Session($"s-{Guid.NewGuid():N}");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("plain")]
    [InlineData("password")]
    [InlineData("user")]
    [InlineData("unix socket")]
    [InlineData("own authority")]
    [InlineData("own authority by code")]
    [InlineData("client certificate")]
    [InlineData("client certificate by code")]
    [InlineData("proxy")]
    [InlineData("cluster")]
    [InlineData("URL")]
    [InlineData("URL with a user")]
    [InlineData("URL with TLS")]
    public async Task Bus_AppendsReadsAndHears_By(string way)
    {
        await using var redis = await ReachAsync(way);
        await using var bus = new RedisEventBus(redis.Options);
        await ShouldAppendReadAndHearAsync(bus, new RecordingListener());
    }

    // The Sentinel knows neither user nor password, as is usual.
    [Theory]
    [InlineData("")]
    [InlineData("eventstream")]
    public async Task Bus_AppendsReadsAndHears_BySentinel_AlsoAfterAFailover(string user)
    {
        await using var redis = await RedisSentinel.StartAsync(Cancel, user, "secret");
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = redis.ConnectionString });
        // The client asks the Sentinel before it connects to the master.
        await Eventually.TrueAsync(() => TryAsync(async () => await bus.PingAsync(Cancel)), Cancel);
        var listener = new RecordingListener();
        await ShouldAppendReadAndHearAsync(bus, listener);

        // What the replica doesn't have yet is lost with its master.
        using var replica = await RedisProbe.ConnectAsync(redis.ReplicaPort, Cancel);
        await Eventually.TrueAsync(() => replica.Number("EXISTS", RedisNames.Log(_stream).ToString()) == 1, Cancel);
        await redis.KillMasterAsync();
        await Eventually.TrueAsync(() => TryAsync(() => AppendAsync(bus)), Cancel);

        (await bus.ReadAsync(_stream, Cursor.Zero, 10, Cancel)).Count.ShouldBeGreaterThan(1);
        var heard = listener.Entries.Count;
        // The bus may still be subscribing again while the first append after the failover is announced.
        await Eventually.TrueAsync(async () => await TryAsync(() => AppendAsync(bus)) && listener.Entries.Count > heard, Cancel);
        using var promoted = await RedisProbe.ConnectAsync(redis.ReplicaPort, Cancel);
        promoted.Text("INFO", "replication")!.ShouldContain("role:master");
        promoted.List("PUBSUB", "CHANNELS", "session:*").ShouldBe([_stream.ToString()]);
    }

    [Fact]
    public async Task Server_AppendsReadsAndHears_ByTlsWithAnAuthorityOfTheSystem()
    {
        await using var redis = await RedisTlsServer.StartAsync();
        // A process reads the system's authorities once, so the server runs in its own process.
        var system = new Dictionary<string, string> { ["SSL_CERT_FILE"] = redis.Certificates.Authority };
        await using var server = await ApiProcess.StartAsync(system, $"--ConnectionStrings:Redis=localhost:{redis.TlsPort},ssl=true", "--Streaming:JoinTimeout=00:00:30");
        using var http = new HttpClient { BaseAddress = server.Address };
        await using var client = await SseClient.OpenAsync(http, $"/events/{_stream.Id}");
        (await client.NextAsync()).EventType.ShouldBe("session_stream_started");

        using var posted = await http.PostAsync($"/events/{_stream.Id}", new StringContent("""{"type":"t"}""", Encoding.UTF8, "application/json"), Cancel);

        posted.EnsureSuccessStatusCode();
        (await client.NextAsync()).EventType.ShouldBe("t");
        (await http.GetStringAsync($"/events/{_stream.Id}/history", Cancel)).ShouldContain("\"type\":\"t\"");
        using var probe = await RedisProbe.ConnectAsync(redis.PlainPort, Cancel);
        probe.List("PUBSUB", "CHANNELS", "session:*").ShouldBe([_stream.ToString()]);
    }

    [Theory]
    [InlineData(false, "an authority that is not trusted")]
    [InlineData(true, "no certificate of the client")]
    public async Task Bus_RefusesToAppendAndToHear_WhenTlsHas(bool asksForCertificate, string fault)
    {
        await using var redis = await RedisTlsServer.StartAsync(asksForCertificate);
        await using var bus = new RedisEventBus(new RedisBusOptions
        {
            ConnectionString = $"localhost:{redis.TlsPort},ssl=true",
            CommandTimeout = TimeSpan.FromMilliseconds(500),
            Configure = asksForCertificate ? configuration => configuration.TrustIssuer(redis.Certificates.Authority) : null,
        });
        await Should.ThrowAsync<BusUnavailableException>(() => AppendAsync(bus), fault);
        await Should.ThrowAsync<BusUnavailableException>(async () => await bus.SubscribeAsync(_stream, new RecordingListener(), Cancel), fault);
        using var probe = await RedisProbe.ConnectAsync(redis.PlainPort, Cancel);
        probe.List("PUBSUB", "CHANNELS", "*").ShouldBeEmpty();
    }

    private async Task<RedisWay> ReachAsync(string way) => way switch
    {
        "plain" => await RedisWay.PlainAsync(),
        "password" => await RedisWay.PasswordAsync(),
        "user" => await RedisWay.UserAsync(),
        "unix socket" => await RedisWay.UnixSocketAsync(),
        "own authority" => await RedisWay.OwnAuthorityAsync(),
        "own authority by code" => await RedisWay.OwnAuthorityByCodeAsync(),
        "client certificate" => await RedisWay.ClientCertificateAsync(),
        "client certificate by code" => await RedisWay.ClientCertificateByCodeAsync(),
        "proxy" => await RedisWay.ProxyAsync(),
        "URL" => await RedisWay.UrlAsync(),
        "URL with a user" => await RedisWay.UrlWithUserAsync(),
        "URL with TLS" => await RedisWay.UrlWithTlsAsync(),
        "cluster" => RedisWay.Cluster(await cluster.GetAsync()),
        _ => throw new ArgumentOutOfRangeException(nameof(way)),
    };

    private static async ValueTask<bool> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (BusUnavailableException)
        {
            return false;
        }
    }

    private async Task ShouldAppendReadAndHearAsync(RedisEventBus bus, RecordingListener listener)
    {
        // Not disposed: the bus leaves every channel when it is disposed itself.
        await bus.SubscribeAsync(_stream, listener, Cancel);
        var head = await AppendAsync(bus);
        (await bus.ReadAsync(_stream, Cursor.Zero, 10, Cancel)).Entries.Select(entry => entry.Cursor).ShouldBe([head]);
        await listener.HeardAsync(1, Cancel);
        listener.Cursors.ShouldBe([head]);
        listener.Interruptions.ShouldBe(0);
    }

    private async Task<Cursor> AppendAsync(RedisEventBus bus) =>
        (await bus.AppendAsync(new AppendRequest { Stream = _stream, Events = [new Envelopes(_stream.Id).Thought()] }, Cancel)).Head;
}
