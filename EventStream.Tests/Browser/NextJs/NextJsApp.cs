using System.Collections.Concurrent;
using System.Diagnostics;
using EventStream.Tests.Support;

namespace EventStream.Tests.Browser.NextJs;

/// <summary>The example in <c>samples/nextjs</c>, built and run as in production.</summary>
internal sealed class NextJsApp : IAsyncDisposable
{
    private static readonly string Folder = Repository.PathOf("samples", "nextjs");

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;

    private NextJsApp(Uri eventStream, string? key, int port)
    {
        Address = new Uri($"http://127.0.0.1:{port}");
        _process = Run(eventStream, key, _lines.Enqueue, "start", "--hostname", "127.0.0.1", "--port", $"{port}");
    }

    public Uri Address { get; }

    public static async Task BuildAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Next)) throw new InvalidOperationException($"The packages of {Folder} are missing: run what its README says, as ./test.sh does.");
        var lines = new ConcurrentQueue<string>();
        using var build = Run(eventStream: null, key: null, lines.Enqueue, "build");
        await build.WaitForExitAsync(cancellationToken);
        if (build.ExitCode != 0) throw new InvalidOperationException($"The example doesn't build:\n{string.Join('\n', lines)}");
    }

    /// <summary>Starts the app on a free port, and returns once it answers.</summary>
    /// <param name="eventStream">The server that it reads from.</param>
    /// <param name="key">What lets it in there; null where nothing is asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<NextJsApp> StartAsync(Uri eventStream, string? key, CancellationToken cancellationToken)
    {
        var app = new NextJsApp(eventStream, key, LoopbackPorts.Next());
        try
        {
            await Eventually.TrueAsync(() => app._process.HasExited || app._lines.Any(line => line.Contains("Ready in", StringComparison.Ordinal)), cancellationToken);
            return app._process.HasExited ? throw new InvalidOperationException($"The example didn't start:\n{string.Join('\n', app._lines)}") : app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static string Next => Path.Combine(Folder, "node_modules", "next", "dist", "bin", "next");

    private static Process Run(Uri? eventStream, string? key, Action<string> onLine, params string[] arguments)
    {
        var start = new ProcessStartInfo("node") { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])[Next, .. arguments]) start.ArgumentList.Add(argument);
        start.Environment["NEXT_TELEMETRY_DISABLED"] = "1";
        if (eventStream is not null) start.Environment["EVENTSTREAM_URL"] = eventStream.ToString().TrimEnd('/');
        if (key is not null) start.Environment["EVENTSTREAM_KEY"] = key;
        var process = TiedProcess.Start(start);
        process.OutputDataReceived += (_, line) => onLine(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => onLine(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
