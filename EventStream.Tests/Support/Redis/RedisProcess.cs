using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EventStream.Tests.Support;

/// <summary>One <c>redis-server</c> on loopback with its own folder: a test can start, kill, freeze and restart it on the same port.</summary>
internal sealed class RedisProcess(params string[] settings) : IOwnRedis
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"eventstream-redis-{Guid.NewGuid():N}");
    private Process? _process;
    private volatile string _lastLine = "";

    /// <summary>Its port; 0 until it was started.</summary>
    public int Port { get; private set; }

    /// <summary>The configuration file before the settings; null when there is none. A Sentinel needs one.</summary>
    public string? ConfigFile { get; init; }

    public string? Address => Port > 0 ? $"127.0.0.1:{Port}" : null;

    public int Id => _process!.Id;

    public bool IsRunning => _process is { HasExited: false };

    public bool IsFrozen { get; private set; }

    /// <summary>Starts it and returns once it answers PING. Does nothing while it runs.</summary>
    public async Task StartAsync()
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (IsRunning) return;
            Directory.CreateDirectory(_folder);
            if (Port == 0) Port = LoopbackPorts.Next();
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
    public async Task KillAsync()
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            IsFrozen = false;
            if (!IsRunning) return;
            _process!.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Freezes it; its connections stay open and silent.</summary>
    public async Task FreezeAsync()
    {
        await SignalAsync("STOP");
        IsFrozen = true;
    }

    public async Task ThawAsync()
    {
        await SignalAsync("CONT");
        IsFrozen = false;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        _gate.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process!.Id}"]);
        await kill.WaitForExitAsync(CancellationToken.None);
        if (kill.ExitCode != 0) throw new InvalidOperationException($"kill -{signal} ended with code {kill.ExitCode}.");
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = _folder };
        string[] arguments = ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--maxmemory-policy", "noeviction", "--daemonize", "no", .. settings];
        if (ConfigFile is not null)
        {
            var file = Path.Combine(_folder, "redis.conf");
            // A Sentinel writes its state into the file, and reads it after a restart.
            if (!File.Exists(file)) File.WriteAllText(file, ConfigFile);
            arguments = [file, .. arguments];
        }
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            var process = TiedProcess.Start(start);
            // The output must be read: a full pipe would block the server.
            process.OutputDataReceived += (_, line) => _lastLine = line.Data ?? _lastLine;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("redis-server is not installed: run ./test.sh, or apt-get install redis-server, or name one in EVENTSTREAM_TEST_REDIS.", e);
        }
    }

    private async Task AnswerAsync(Process process)
    {
        using var deadline = new CancellationTokenSource(StartTimeout);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        try
        {
            while (!await PingAsync(deadline.Token))
            {
                if (process.HasExited) throw new InvalidOperationException($"redis-server ended with code {process.ExitCode}: {_lastLine}");
                await timer.WaitForNextTickAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested)
        {
            throw new InvalidOperationException($"redis-server did not answer within {StartTimeout.TotalSeconds} s: {_lastLine}", e);
        }
    }

    // The fixture uses no client library, since the tests are about that library.
    private async Task<bool> PingAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
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
}
