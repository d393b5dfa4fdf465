using System.Diagnostics;
using EventStream.Tests.Worker;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>A publishing process of its own, for what only a process has: its end, its exit code, its standard error.</summary>
internal static class WorkerProcess
{
    /// <summary>Runs a worker to its end.</summary>
    /// <param name="ending">How it ends.</param>
    /// <param name="target">Where it publishes: a server's address, or <c>redis=HOST:PORT</c>; null leaves that open.</param>
    /// <param name="hasErrors">Whether it has a standard error to write to.</param>
    /// <param name="environment">A variable of its environment, as <c>NAME=VALUE</c>.</param>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(Ending ending, string? target, bool hasErrors = true, string environment = "")
    {
        var start = new ProcessStartInfo("sh") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["-c", $"exec dotnet \"$@\"{(hasErrors ? "" : " 2>&-")}", "sh", typeof(Entry).Assembly.Location]) start.ArgumentList.Add(argument);
        start.ArgumentList.Add(ending.ToString());
        if (target is not null) start.ArgumentList.Add(target);
        if (environment.Split('=', 2) is [var name, var value]) start.Environment[name] = value;
        using var process = TiedProcess.Start(start);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
