using System.Diagnostics;

namespace EventStream.Benchmarks.Processes;

/// <summary>A <c>redis-server</c> on loopback, with its own folder.</summary>
internal sealed class OwnRedis : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("eventstream-bench-").FullName;
    private readonly string[] _settings;
    private ChildProcess _process;

    private OwnRedis(int port, string[] settings)
    {
        (Port, _settings) = (port, settings);
        _process = Launch();
    }

    public int Port { get; }

    public string EndPoint => $"127.0.0.1:{Port}";

    public int ProcessId => _process.Id;

    /// <param name="settings">Further settings in the form of the command line, such as <c>--appendonly yes</c>.</param>
    public static async Task<OwnRedis> StartAsync(params string[] settings)
    {
        var redis = new OwnRedis(ChildProcess.FreePort(), settings);
        await redis.AnswersAsync();
        return redis;
    }

    /// <summary>Kills it, waits, and starts it again on the same port and data.</summary>
    /// <returns>How long it didn't answer.</returns>
    public async Task<TimeSpan> RestartAsync(TimeSpan pause)
    {
        var since = Stopwatch.GetTimestamp();
        await _process.DisposeAsync();
        await Task.Delay(pause);
        _process = Launch();
        await AnswersAsync();
        return Stopwatch.GetElapsedTime(since);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private ChildProcess Launch() => ChildProcess.Start("redis-server",
        ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--maxmemory-policy", "noeviction", .. _settings.SelectMany(setting => setting.Split(' '))]);

    private Task AnswersAsync() => _process.AnswersAsync(async () =>
    {
        using var socket = await RedisSocket.ConnectAsync(EndPoint);
        await socket.SendAsync(RedisSocket.Encode("PING"));
        // While Redis loads its data it answers with an error.
        return await socket.ReadLineAsync() == "+PONG";
    });
}
