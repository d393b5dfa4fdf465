using System.Diagnostics;
using ChatAgent;
using EventStream.Tests.Support;

namespace EventStream.Tests.Samples;

/// <summary>The sample as a process of its own.</summary>
internal static class ChatAgentProcess
{
    public static Process Start(string? key, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        // With the tests' own packages, since those that their framework has don't lie beside the program here.
        var tests = typeof(ChatAgentProcess).Assembly.Location;
        foreach (var argument in (string[])["exec", "--runtimeconfig", Path.ChangeExtension(tests, "runtimeconfig.json"), "--depsfile", Path.ChangeExtension(tests, "deps.json"), typeof(Arguments).Assembly.Location, .. arguments]) start.ArgumentList.Add(argument);
        start.Environment["EVENTSTREAM_KEY"] = key;
        return TiedProcess.Start(start);
    }
}
