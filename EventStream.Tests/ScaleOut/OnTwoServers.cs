using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.ScaleOut;

/// <summary>Two servers on one Redis.</summary>
[Needs(Need.Redis)]
public abstract class OnTwoServers(RedisServer redis) : IAsyncLifetime
{
    private protected TestServer One { get; private set; } = null!;

    private protected TestServer Two { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await redis.StartAsync();
        One = TestServer.Start(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString });
        Two = TestServer.Start(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString });
    }

    public async ValueTask DisposeAsync()
    {
        await One.DisposeAsync();
        await Two.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
