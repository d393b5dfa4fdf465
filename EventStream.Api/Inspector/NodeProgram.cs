using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EventStream.Api.Inspector;

/// <summary>Runs Node.js and npm, and says in a sentence what went wrong.</summary>
internal static partial class NodeProgram
{
    private const string Wanted = "Install Node.js 20.19 or newer with npm, and start the server again.";

    private static readonly Version Oldest = new(20, 19);

    // Npm's own lines tell newcomers little; the first of its errors that is a sentence says what is wrong.
    private const int LongestReason = 300;

    /// <returns>What is wrong with the Node.js of this machine; null when it can build the page.</returns>
    public static async Task<string?> UnfitAsync(string folder, CancellationToken cancellationToken)
    {
        var (exitCode, output, _) = await StartAsync(folder, "node", ["--version"], cancellationToken);
        if (exitCode is null) return $"node isn't installed. {Wanted}";
        var version = output.Trim();
        return IsTooOld(version) ? $"Node.js is {version}, which is too old. {Wanted}" : null;
    }

    internal static bool IsTooOld(string version) => Version.TryParse(version.TrimStart('v').Split('-')[0], out var known) && known < Oldest;

    /// <returns>What went wrong; null when the program succeeded.</returns>
    public static async Task<string?> RunAsync(string folder, string program, string[] arguments, CancellationToken cancellationToken)
    {
        var (exitCode, output, errors) = await StartAsync(folder, program, arguments, cancellationToken);
        return exitCode switch
        {
            0 => null,
            null => $"{Path.GetFileNameWithoutExtension(program)} isn't installed. {Wanted}",
            _ => $"{program} {arguments[0]} ended with exit code {exitCode}: {ReasonIn($"{errors}\n{output}")}",
        };
    }

    internal static string ReasonIn(string printed)
    {
        var told = printed.Split('\n').Select(line => Prefix().Replace(line, "").Trim()).FirstOrDefault(line => line.Length > 0 && !Detail().IsMatch(line)) ?? "It gives no reason.";
        return told.Length > LongestReason ? told[..LongestReason] : told;
    }

    /// <returns>No exit code when there is no such program.</returns>
    private static async Task<(int? ExitCode, string Output, string Errors)> StartAsync(string folder, string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return (null, "", "");
        }
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    [GeneratedRegex("^npm (error|ERR!|warn) ?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Prefix();

    [GeneratedRegex("^(code|syscall|path|errno|dest|command|cwd) ", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Detail();
}
