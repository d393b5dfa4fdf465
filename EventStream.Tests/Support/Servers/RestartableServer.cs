using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace EventStream.Tests.Support;

/// <summary>A server in its own process that a test can kill, stop, and start again on the same port.</summary>
internal sealed class RestartableServer(params string[] settings) : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<string> _lines = new();
    private Process? _process;

    public int Port { get; } = LoopbackPorts.Next();

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>The log of all its processes so far.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>How many of its streams ended for a reason, such as <c>slow_consumer</c>.</summary>
    public int Ended(string reason) => _lines.Count(line => line.Contains("A stream of ", StringComparison.Ordinal) && line.EndsWith($": {reason}.", StringComparison.Ordinal));

    /// <summary>Starts it and returns once it and its bus are ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _process?.Dispose();
        string[] arguments =
        [
            "--urls", Address.ToString(),
            "--Logging:LogLevel:EventStream.Api.Streaming.Delivery=Debug", "--Logging:Console:FormatterName=simple", "--Logging:Console:FormatterOptions:SingleLine=true", .. settings,
        ];
        var process = _process = TiedProcess.Start(ServerProgram.With(arguments));
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var client = new HttpClient { BaseAddress = Address };
        using var timer = new PeriodicTimer(Look);
        var began = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(client, cancellationToken))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(began) > Timeouts.Default)
                throw new InvalidOperationException($"The server didn't become ready:\n{string.Join('\n', _lines.TakeLast(20))}");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_process is not { HasExited: false } process) return;
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>How long it took to end.</returns>
    public async Task<TimeSpan> TerminateAsync()
    {
        var began = Stopwatch.GetTimestamp();
        using var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]);
        await kill.WaitForExitAsync(CancellationToken.None);
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Timeouts.Default, CancellationToken.None);
        return Stopwatch.GetElapsedTime(began);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
    }

    private void Note(string? line)
    {
        if (line is { Length: > 0 }) _lines.Enqueue(line);
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
