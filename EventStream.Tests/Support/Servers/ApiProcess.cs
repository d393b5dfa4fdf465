using System.Diagnostics;
using System.Text;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>The server in its own process, as in production.</summary>
internal sealed class ApiProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri?> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ApiProcess(string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = ServerProgram.With(arguments);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        _process = TiedProcess.Start(start);
        _process.OutputDataReceived += (_, line) =>
        {
            lock (_output) _output.AppendLine(line.Data);
            OnLine(line.Data);
        };
        _process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public Uri Address { get; private set; } = null!;

    /// <summary>What it has printed so far.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString() + _errors; }
    }

    /// <summary>Starts a server that listens on a free port of loopback.</summary>
    public static Task<ApiProcess> StartAsync(params string[] settings) => StartAsync(new Dictionary<string, string>(), settings);

    /// <summary>Starts a server with additional environment variables.</summary>
    public static async Task<ApiProcess> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] settings)
    {
        var process = new ApiProcess(["--urls=http://127.0.0.1:0", .. settings], environment);
        process.Address = await process._started.Task.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException($"The server didn't start: {process._errors}");
        return process;
    }

    /// <summary>Runs a server whose start is expected to fail.</summary>
    public static async Task<(int ExitCode, string Errors)> FailAsync(params string[] settings)
    {
        await using var process = new ApiProcess(settings);
        return (await process.ExitAsync(), process._errors.ToString().Trim());
    }

    /// <summary>Runs a server whose start is expected to be refused.</summary>
    /// <returns>Its exit code and all that it printed.</returns>
    public static async Task<(int ExitCode, string Output)> RefuseAsync(params string[] settings)
    {
        await using var process = new ApiProcess(settings);
        return (await process.ExitAsync(), process.Output);
    }

    /// <summary>Asks the process to stop, as a container engine does.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        return await ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        ServerLogs.Keep(Output);
    }

    private async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    private void OnLine(string? line)
    {
        if (line is null) _started.TrySetResult(null);
        else if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at) _started.TrySetResult(new Uri(line[(at + Listening.Length)..]));
    }
}
