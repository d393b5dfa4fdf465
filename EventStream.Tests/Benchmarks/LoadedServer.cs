using EventStream.Benchmarks.Load;
using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.Benchmarks;

/// <summary>A server in this process with its own Redis, so that the work of Redis can be counted.</summary>
public sealed class LoadedServer : IAsyncLifetime
{
    private RedisServer? _redis;
    private TestServer? _server;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartOwnAsync();
        _server = TestServer.Start(new() { ["ConnectionStrings:Redis"] = _redis.ConnectionString });
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
    }

    internal Task<LoadFigures> RunAsync(LoadScenario scenario, PublishBy publishBy)
    {
        var url = UrlTemplate.TryParse($"{_server!.Address}events/{UrlTemplate.Place}")!;
        return new LoadRun(new LoadTarget { Url = url, PostUrl = url, PublishBy = publishBy, Redis = _redis!.ConnectionString }, scenario).RunAsync();
    }
}
