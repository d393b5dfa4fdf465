namespace EventStream.Tests.Support;

/// <summary>One cluster for the tests of a class, started by the first. Each test must leave it healthy.</summary>
public sealed class SharedCluster : IAsyncDisposable
{
    private readonly Lazy<Task<RedisCluster>> _cluster = new(RedisCluster.StartAsync);

    public RedisCluster Started => _cluster.Value.Result;

    public Task<RedisCluster> GetAsync() => _cluster.Value;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) await (await _cluster.Value).DisposeAsync();
    }
}
