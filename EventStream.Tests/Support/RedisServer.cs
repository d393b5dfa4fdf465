using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EventStream.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(RedisServer))]

namespace EventStream.Tests.Support;

/// <summary>A <c>redis-server</c> of the tests' own on loopback, or the one that EVENTSTREAM_TEST_REDIS names.</summary>
/// <remarks>Started when it is first asked for. A test that stops the server makes one for itself.</remarks>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly string? _given;
    private readonly bool _isDurable;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"eventstream-redis-{Guid.NewGuid():N}");
    private Process? _process;
    private int _port;

    /// <summary>The server that the tests share.</summary>
    public RedisServer() : this(isDurable: false, Environment.GetEnvironmentVariable("EVENTSTREAM_TEST_REDIS")) { }

    private RedisServer(bool isDurable, string? given) => (_isDurable, _given) = (isDurable, string.IsNullOrWhiteSpace(given) ? null : given);

    /// <summary>Where it answers, such as <c>127.0.0.1:45123</c>.</summary>
    public string ConnectionString => _given ?? (_port > 0
        ? $"127.0.0.1:{_port}"
        : throw new InvalidOperationException("The server was not started; call StartAsync first."));

    /// <summary>Whether a process of the tests runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>A server for one test that may stop it; with <paramref name="isDurable"/> it keeps every write over a stop.</summary>
    public static async Task<RedisServer> StartOwnAsync(bool isDurable = false)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("EVENTSTREAM_TEST_REDIS") is { Length: > 0 },
            "EVENTSTREAM_TEST_REDIS names a server that is not ours to stop.");
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
    public async Task StartAsync()
    {
        if (_given is not null) return;
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (IsRunning) return;
            Directory.CreateDirectory(_folder);
            if (_port == 0) _port = FreePort();
            _process?.Dispose();
            _process = Launch();
            await AnswerAsync(_process);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Kills it, as a crash would.</summary>
    public async Task StopAsync()
    {
        Assert.SkipWhen(_given is not null, "EVENTSTREAM_TEST_REDIS names a server that is not ours to stop.");
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (!IsRunning) return;
            _process!.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_given is null) await StopAsync();
        _process?.Dispose();
        _gate.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = _folder };
        string[] arguments =
        [
            "--port", $"{_port}", "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--maxmemory-policy", "noeviction", "--daemonize", "no",
            "--appendonly", _isDurable ? "yes" : "no", "--appendfsync", "always",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            var process = Process.Start(start)!;
            // A full pipe would stop the server.
            process.OutputDataReceived += (_, line) => LastLine = line.Data ?? LastLine;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("redis-server is not installed: run ./test.sh, or apt-get install redis-server, or name one in EVENTSTREAM_TEST_REDIS.", e);
        }
    }

    private string LastLine { get; set; } = "";

    private async Task AnswerAsync(Process process)
    {
        using var deadline = new CancellationTokenSource(StartTimeout);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        try
        {
            while (!await PingAsync(deadline.Token))
            {
                if (process.HasExited) throw new InvalidOperationException($"redis-server ended with code {process.ExitCode}: {LastLine}");
                await timer.WaitForNextTickAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested)
        {
            throw new InvalidOperationException($"redis-server did not answer within {StartTimeout.TotalSeconds} s: {LastLine}", e);
        }
    }

    // No client library: the fixture must not depend on what the tests are about.
    private async Task<bool> PingAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
            var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), cancellationToken);
            var answer = new byte[5];
            await stream.ReadExactlyAsync(answer, cancellationToken);
            return answer.AsSpan().SequenceEqual("+PONG"u8);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
