using EventStream.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(RedisServer))]

namespace EventStream.Tests.Support;

/// <summary>The tests' own Redis: a <c>redis-server</c> on loopback, or a container. EVENTSTREAM_TEST_REDIS can name another.</summary>
/// <remarks>
/// It starts at its first use. A test that stops the server starts its own.
/// EVENTSTREAM_TEST_REDIS is <c>host:port</c>, <c>container</c>, or <c>container:image</c> such as <c>container:valkey/valkey:8</c>.
/// </remarks>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string? _given;
    private readonly IOwnRedis _own;

    /// <summary>The server that the tests share.</summary>
    public RedisServer() : this(isDurable: false, Given) { }

    private RedisServer(bool isDurable, string? given)
    {
        string[] settings = ["--appendonly", isDurable ? "yes" : "no", "--appendfsync", "always"];
        _own = RedisInContainer.AskedImage is { } image ? new RedisInContainer(image, settings) : new RedisProcess(settings);
        _given = given;
    }

    /// <summary>Its address, such as <c>127.0.0.1:25123</c>.</summary>
    public string ConnectionString => _given ?? _own.Address ?? throw new InvalidOperationException("The server was not started; call StartAsync first.");

    /// <summary>Whether the Redis belongs to the tests and runs.</summary>
    public bool IsRunning => _own.IsRunning;

    private static string? Given =>
        RedisInContainer.AskedImage is null && Environment.GetEnvironmentVariable("EVENTSTREAM_TEST_REDIS") is { } given && !string.IsNullOrWhiteSpace(given) ? given : null;

    /// <summary>Skips the test when it mustn't stop the Redis.</summary>
    public static void SkipUnlessOwn() => Assert.SkipWhen(Given is not null, "EVENTSTREAM_TEST_REDIS names a server that is not ours to stop.");

    /// <summary>Skips the test when its servers couldn't reach each other as processes of one machine do.</summary>
    public static void SkipUnlessProcess()
    {
        SkipUnlessOwn();
        Assert.SkipWhen(RedisInContainer.AskedImage is not null, "A cluster's nodes are processes of this machine: EVENTSTREAM_TEST_REDIS asks for a container.");
    }

    /// <summary>A server for one test, which may stop it. With <paramref name="isDurable"/> every write survives a stop.</summary>
    public static async Task<RedisServer> StartOwnAsync(bool isDurable = false)
    {
        SkipUnlessOwn();
        var server = new RedisServer(isDurable, given: null);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the same port as before, and returns once it answers PING. Does nothing while it runs.</summary>
    public Task StartAsync() => _given is null ? _own.StartAsync() : Task.CompletedTask;

    /// <summary>Kills it, as a crash would.</summary>
    public Task StopAsync()
    {
        SkipUnlessOwn();
        return _own.KillAsync();
    }

    /// <summary>Freezes it (SIGSTOP); its connections stay open and silent.</summary>
    public Task FreezeAsync()
    {
        SkipUnlessOwn();
        return _own.FreezeAsync();
    }

    /// <summary>Resumes it (SIGCONT).</summary>
    public Task ThawAsync() => _own.ThawAsync();

    public ValueTask DisposeAsync() => _own.DisposeAsync();
}
