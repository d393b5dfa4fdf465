using EventStream.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(RedisServer))]

namespace EventStream.Tests.Support;

/// <summary>A <c>redis-server</c> of the tests' own on loopback, or the one that EVENTSTREAM_TEST_REDIS names.</summary>
/// <remarks>Started when it is first asked for. A test that stops the server makes one for itself.</remarks>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string? _given;
    private readonly RedisProcess _process;

    /// <summary>The server that the tests share.</summary>
    public RedisServer() : this(isDurable: false, Given) { }

    private RedisServer(bool isDurable, string? given) =>
        (_process, _given) = (new RedisProcess("--appendonly", isDurable ? "yes" : "no", "--appendfsync", "always"), given);

    /// <summary>Where it answers, such as <c>127.0.0.1:25123</c>.</summary>
    public string ConnectionString => _given ?? (_process.Port > 0
        ? $"127.0.0.1:{_process.Port}"
        : throw new InvalidOperationException("The server was not started; call StartAsync first."));

    /// <summary>Whether a process of the tests runs.</summary>
    public bool IsRunning => _process.IsRunning;

    private static string? Given => Environment.GetEnvironmentVariable("EVENTSTREAM_TEST_REDIS") is { } given && !string.IsNullOrWhiteSpace(given) ? given : null;

    /// <summary>Skips the test when the Redis is one that the tests must not stop.</summary>
    public static void SkipUnlessOwn() => Assert.SkipWhen(Given is not null, "EVENTSTREAM_TEST_REDIS names a server that is not ours to stop.");

    /// <summary>A server for one test that may stop it; with <paramref name="isDurable"/> it keeps every write over a stop.</summary>
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

    /// <summary>Starts it, on the same port as before, and returns once it answers PING. Does nothing while it runs.</summary>
    public Task StartAsync() => _given is null ? _process.StartAsync() : Task.CompletedTask;

    /// <summary>Kills it, as a crash would.</summary>
    public Task StopAsync()
    {
        SkipUnlessOwn();
        return _process.KillAsync();
    }

    /// <summary>Stops it where it is (SIGSTOP): its connections stay open and silent.</summary>
    public Task FreezeAsync()
    {
        SkipUnlessOwn();
        return _process.FreezeAsync();
    }

    /// <summary>Lets it go on (SIGCONT).</summary>
    public Task ThawAsync() => _process.ThawAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
