using System.Diagnostics;
using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.Samples;

/// <summary>A sample as a process of its own.</summary>
internal static class SampleProcess
{
    /// <summary>Starts the program that has the type.</summary>
    public static Process Start(Type part, string? key, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        // With the tests' own packages, since those that their framework has don't lie beside the program here.
        var tests = typeof(SampleProcess).Assembly.Location;
        foreach (var argument in (string[])["exec", "--runtimeconfig", Path.ChangeExtension(tests, "runtimeconfig.json"), "--depsfile", Path.ChangeExtension(tests, "deps.json"), part.Assembly.Location, .. arguments]) start.ArgumentList.Add(argument);
        start.Environment["EVENTSTREAM_KEY"] = key;
        return TiedProcess.Start(start);
    }

    /// <summary>Runs the program until it ends.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(Type part, string? key, params string[] arguments)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var process = Start(part, key, arguments);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
            await process.WaitForExitAsync(cancel).WaitAsync(Timeouts.Default, cancel);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
