using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.Sessions;

/// <summary>How many watch a session, wherever they are connected.</summary>
[Needs(Need.Redis)]
public sealed class ViewersOfManyNodesTests(RedisServer redis) : IClassFixture<RedisServer>, IAsyncLifetime
{
    private readonly string _session = $"s-{Guid.NewGuid():N}";

    public async ValueTask InitializeAsync() => await redis.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Viewers_AreThoseOfAllNodes_AndThoseOfANodeThatStopsGoAtOnce()
    {
        await using var first = Start();
        await using var second = Start();
        await using var here = await first.OpenAsync($"/events/{_session}");
        await using var there = await second.OpenAsync($"/events/{_session}");
        await IsAsync(first, 2);
        await IsAsync(second, 2);

        await second.StopAsync();

        await IsAsync(first, 1);
    }

    [Fact]
    public async Task Viewers_AreToldAnew_AfterRedisLostThem()
    {
        await using var server = Start();
        await using var viewer = await server.OpenAsync($"/events/{_session}");
        await IsAsync(server, 1);

        using var probe = await RedisProbe.ConnectAsync(redis, TestContext.Current.CancellationToken);
        foreach (var node in (object[])probe.Ask("HKEYS", "session:viewers")!) probe.Ask("DEL", $"session:viewers:{node}");
        probe.Ask("DEL", "session:viewers");

        await IsAsync(server, 1);
    }

    [Fact]
    public async Task Viewers_LeaveOutWhatOthersWroteThere()
    {
        await using var server = Start();
        await using var viewer = await server.OpenAsync($"/events/{_session}");
        await IsAsync(server, 1);

        using var probe = await RedisProbe.ConnectAsync(redis, TestContext.Current.CancellationToken);
        probe.Ask("HSET", "session:viewers", "stranger", "1");
        probe.Ask("HSET", "session:viewers:stranger", _session, "many");

        await IsAsync(server, 1);
    }

    private TestServer Start() => TestServer.Start(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString });

    private async Task IsAsync(TestServer server, long viewers)
    {
        var cancel = TestContext.Current.CancellationToken;
        await Eventually.TrueAsync(async () => (await server.GetAsync($"/sessions/{_session}")).Json.GetProperty("viewers").GetInt64() == viewers, cancel);
    }
}
