using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EventStream.Benchmarks.Processes;

/// <summary>A program that a benchmark starts and ends.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private string _lastLine = "";

    private ChildProcess(Process process)
    {
        _process = process;
        // The output must be read: a full pipe would block the program.
        _process.OutputDataReceived += (_, line) => _lastLine = line.Data ?? _lastLine;
        _process.ErrorDataReceived += (_, line) => _lastLine = line.Data ?? _lastLine;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Whether the program starts others, which must end with it.</summary>
    public bool HasChildren { get; init; }

    public static ChildProcess Start(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? environment = null, bool hasChildren = false)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        try
        {
            return new ChildProcess(Process.Start(start)!) { HasChildren = hasChildren };
        }
        catch (Win32Exception e)
        {
            throw new BenchmarkException($"{program} can't be started: {e.Message}");
        }
    }

    /// <summary>Waits until the program answers.</summary>
    public async Task AnswersAsync(Func<Task<bool>> ask, bool mayEnd = false)
    {
        var since = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            try
            {
                if (await ask()) return;
            }
            catch (Exception e) when (e is SocketException or HttpRequestException or IOException)
            {
                // The program doesn't answer yet: tries again.
            }
            if (_process.HasExited && !(mayEnd && _process.ExitCode == 0)) throw new BenchmarkException($"{_process.StartInfo.FileName} ended with code {_process.ExitCode}: {_lastLine}");
            if (Stopwatch.GetElapsedTime(since).TotalSeconds > 30) throw new BenchmarkException($"{_process.StartInfo.FileName} did not answer within 30 s: {_lastLine}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Kills the program and the programs that it started.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: HasChildren);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    /// <summary>A free port, low enough that a cluster's second port, 10,000 above it, exists.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            if (((IPEndPoint)listener.LocalEndpoint).Port is < 55_000 and var port) return port;
        }
    }
}
