using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>A running script of <c>Clients/node</c>, with the lines that it has printed.</summary>
internal sealed class NodeScript : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;

    private NodeScript(Process process) => _process = process;

    public IReadOnlyList<string> Lines => [.. _lines];

    public static NodeScript Start(string script, params string[] arguments)
    {
        var node = new NodeScript(StartProcess("node", [script, .. arguments]));
        node._process.OutputDataReceived += (_, line) => node.Note(line.Data);
        node._process.ErrorDataReceived += (_, line) => node.Note(line.Data);
        node._process.BeginOutputReadLine();
        node._process.BeginErrorReadLine();
        return node;
    }

    /// <summary>A script with all that it imports, for a browser.</summary>
    public static async Task<string> BundleAsync(string script)
    {
        using var process = StartProcess(Path.Combine("node_modules", ".bin", "esbuild"), [script, "--bundle", "--format=esm", "--log-level=error", "--define:process.env.NODE_ENV=\"production\""]);
        var faults = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var bundle = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0 ? bundle : throw new InvalidOperationException(await faults);
    }

    /// <summary>Waits until the script has printed a line.</summary>
    public async Task PrintsAsync(Func<string, bool> isWanted)
    {
        try
        {
            await Eventually.TrueAsync(() => _lines.Any(isWanted), TestContext.Current.CancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"The line never came. The last of {_lines.Count}:\n{string.Join('\n', _lines.TakeLast(20))}", e);
        }
    }

    /// <summary>Waits until the script ends by itself.</summary>
    public async Task EndsAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Timeouts.Default);
        await _process.WaitForExitAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static Process StartProcess(string program, string[] arguments)
    {
        var folder = Repository.PathOf("EventStream.Tests", "Clients", "node");
        if (!Directory.Exists(Path.Combine(folder, "node_modules"))) throw new InvalidOperationException($"The packages of {folder} are missing: run 'npm ci' there, as ./test.sh does.");
        var start = new ProcessStartInfo(program == "node" ? program : Path.Combine(folder, program)) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return TiedProcess.Start(start);
    }

    private void Note(string? line)
    {
        if (line is { Length: > 0 }) _lines.Enqueue(line);
    }
}
