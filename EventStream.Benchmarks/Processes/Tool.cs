using System.ComponentModel;
using System.Diagnostics;

namespace EventStream.Benchmarks.Processes;

/// <summary>Runs programs that end by themselves.</summary>
internal static class Tool
{
    /// <summary>Runs a program and returns what it wrote to both its outputs.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        try
        {
            using var process = Process.Start(start)!;
            var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? string.Concat(texts) : throw new BenchmarkException($"{program} {string.Join(' ', arguments)} ended with code {process.ExitCode}: {string.Concat(texts).Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new BenchmarkException($"{program} can't be started: {e.Message}. EventStream.Benchmarks/Peers/install.sh installs what is needed.");
        }
    }

    /// <summary>The first line of a program's output; a dash when it can't be run.</summary>
    public static async Task<string> FirstLineAsync(string program, params string[] arguments)
    {
        try
        {
            return (await RunAsync(program, arguments)).Split('\n')[0].Trim();
        }
        catch (BenchmarkException)
        {
            return "–";
        }
    }
}
