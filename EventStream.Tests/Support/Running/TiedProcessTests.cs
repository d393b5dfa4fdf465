using System.Diagnostics;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>What the tests start doesn't outlive them.</summary>
[Needs(Need.Redis)]
public sealed class TiedProcessTests
{
    private const string Pids = "EVENTSTREAM_TEST_PIDS";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_EndsWhatItStarted_WhenTheTestsAreKilled()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/setpriv"), "Only Linux ends processes with the one that started them, by setpriv of util-linux.");
        RedisServer.SkipUnlessProcess();
        var file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("dotnet", [typeof(TiedProcessTests).Assembly.Location, "-method", $"{typeof(TiedProcessTests).FullName}.{nameof(Hold)}", "-explicit", "only"]) { UseShellExecute = false, RedirectStandardOutput = true };
            start.Environment[Pids] = file;
            using var tests = TiedProcess.Start(start);
            tests.BeginOutputReadLine();
            var pids = Array.Empty<string>();
            await Eventually.TrueAsync(() => (pids = File.ReadAllLines(file)).Length == 4, Cancel);
            Assert.All(pids, pid => Assert.True(Runs(pid)));

            tests.Kill();

            await Eventually.TrueAsync(() => !pids.Any(Runs), Cancel);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Starts a program of each kind in the process of the test above, which ends it.</summary>
    [Fact(Explicit = true)]
    public async Task Hold()
    {
        var file = Environment.GetEnvironmentVariable(Pids);
        Assert.SkipWhen(file is null, $"Runs as part of {nameof(Start_EndsWhatItStarted_WhenTheTestsAreKilled)}.");
        await using var redis = new RedisProcess();
        await redis.StartAsync();
        await using var frozen = new RedisProcess();
        await frozen.StartAsync();
        await frozen.FreezeAsync();
        await using var server = await ApiProcess.StartAsync();
        using var node = TiedProcess.Start(new ProcessStartInfo("node", ["-e", "setInterval(() => {}, 1000)"]) { UseShellExecute = false });
        await File.WriteAllLinesAsync(file, [$"{redis.Id}", $"{frozen.Id}", $"{server.Id}", $"{node.Id}"], Cancel);
        await Task.Delay(Timeout.InfiniteTimeSpan, Cancel);
    }

    // One that has ended stays in the list until somebody asks for its exit code.
    private static bool Runs(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
