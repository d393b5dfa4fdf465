using System.Diagnostics;

namespace EventStream.Audit;

/// <summary>Runs a program to its end, or to a bound.</summary>
internal static class Command
{
    /// <returns>Its exit code, null when it was ended at the bound, and what it printed.</returns>
    public static async Task<(int? ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, string folder, IEnumerable<(string Name, string Value)>? environment = null, TimeSpan? bound = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder };
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(bound ?? TimeSpan.FromMinutes(10));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            return (null, await output + await errors);
        }
        return (process.ExitCode, await output + await errors);
    }
}
