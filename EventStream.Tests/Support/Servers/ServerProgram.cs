using System.Diagnostics;

namespace EventStream.Tests.Support;

/// <summary>The program of the server: the one that was built with the tests, or a published one, such as the native binary.</summary>
internal static class ServerProgram
{
    private const string Name = "EVENTSTREAM_TEST_SERVER";

    private static readonly string? Published = Environment.GetEnvironmentVariable(Name) is { Length: > 0 } path ? Path.GetFullPath(path) : null;

    /// <summary>How it is started.</summary>
    public static ProcessStartInfo With(params IEnumerable<string> arguments)
    {
        var start = Published is null
            ? new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(Program).Assembly.Location, .. arguments])
            : new ProcessStartInfo(Published, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.UseShellExecute) = (true, true, false);
        return start;
    }
}
