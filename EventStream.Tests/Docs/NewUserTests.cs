using System.Diagnostics;
using System.Globalization;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Docs;

/// <summary>What a newcomer does in the first minutes: clones, starts the server, pastes the README's first programs.</summary>
[Needs(Need.Inspector)]
public sealed class NewUserTests : IAsyncDisposable
{
    // It compiles, beside whatever else the machine does.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private readonly string _clone = Directory.CreateTempSubdirectory("eventstream-").FullName;
    private readonly int _port = LoopbackPorts.Next();
    private Process? _server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Address => $"http://localhost:{_port}";

    public async ValueTask DisposeAsync()
    {
        if (_server is { HasExited: false })
        {
            // It hands the signal on to the server, which a kill would leave behind.
            using var kill = Process.Start("kill", ["-TERM", $"{_server.Id}"]);
            await _server.WaitForExitAsync(CancellationToken.None).WaitAsync(Timeouts.Default, CancellationToken.None);
        }
        _server?.Dispose();
        Directory.Delete(_clone, recursive: true);
    }

    [Fact]
    public async Task FirstCommands_ReachTheirFirstSuccess()
    {
        Assert.SkipUnless(Path.Exists(Repository.PathOf(".git")), "This is no clone: there is nothing to clone from.");
        (await RunAsync("git", "clone", "-q", Repository.Root, ".")).ShouldBe((0, ""));

        var began = Stopwatch.GetTimestamp();
        _server = Start("dotnet", "run", "--project", "EventStream.Api", "--no-launch-profile", "--", $"--urls={Address}", "--environment=Development");
        _server.OutputDataReceived += (_, line) => ServerLogs.Keep(line.Data ?? "");
        _server.BeginOutputReadLine();
        using var http = new HttpClient { BaseAddress = new Uri(Address) };
        await UntilAsync(async () => await FirstByteAsync(http) is not null);
        TestContext.Current.TestOutputHelper!.WriteLine($"First byte after {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s and {ProcessorSeconds(_server.Id):F1} s of processor time, with the machine's own package cache.");

        var blocks = Programs(await File.ReadAllTextAsync(Path.Combine(_clone, "README.md"), Cancel));
        await File.WriteAllTextAsync(Path.Combine(_clone, "worker.cs"), blocks[0].Replace("http://localhost:8000", Address, StringComparison.Ordinal), Cancel);
        (await RunAsync("dotnet", "run", "worker.cs")).ShouldBe((0, ""));
        var history = await http.GetStringAsync("/events/demo/history", Cancel);
        string[] types = ["run_started", "tool_call_started", "tool_call_result", "agent_message_start", "agent_message_end", "run_completed"];
        foreach (var type in types) history.ShouldContain($"\"type\":\"{type}\"");
        history.ShouldContain("One container is running.");

        await File.WriteAllTextAsync(Path.Combine(_clone, "agent_test.cs"), blocks[1], Cancel);
        var (exitCode, output) = await RunAsync("dotnet", "run", "agent_test.cs");
        exitCode.ShouldBe(0, output);
        output.ShouldContain("Total: 1, Errors: 0, Failed: 0");

        await UntilAsync(async () => (await PageAsync(http)).Contains("inspector/assets/", StringComparison.Ordinal));
        // Only what was pasted.
        (await RunAsync("git", "status", "--short")).ShouldBe((0, "?? agent_test.cs\n?? worker.cs\n"));
    }

    private static async Task<string?> FirstByteAsync(HttpClient http)
    {
        try
        {
            using var stream = await http.GetAsync("/events/demo", HttpCompletionOption.ResponseHeadersRead, Cancel);
            using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancel));
            return await reader.ReadLineAsync(Cancel);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<string> PageAsync(HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Accept", "text/html");
        using var answer = await http.SendAsync(request, Cancel);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    private static string[] Programs(string readme) => [.. readme.Split("```csharp\n").Skip(1).Take(2).Select(block => block[..block.IndexOf("\n```", StringComparison.Ordinal)])];

    // What it has used and what has ended below it: the compiler is among them.
    private static double ProcessorSeconds(int process)
    {
        if (!OperatingSystem.IsLinux()) return double.NaN;
        var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[1].Split(' ');
        return fields[11..15].Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / 100;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(Patience);
            await timer.WaitForNextTickAsync(Cancel);
        }
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var output = await process.StandardOutput.ReadToEndAsync(Cancel).WaitAsync(Patience, Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output);
    }

    private Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = _clone, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // Nothing of the build may outlive it; and the build that runs these tests has settings of its own.
        (start.Environment["MSBUILDDISABLENODEREUSE"], start.Environment["UseSharedCompilation"], start.Environment["DOTNET_NOLOGO"], start.Environment["DOTNET_TieredPGO"]) = ("1", "false", "1", "0");
        foreach (var name in (string[])["MSBUILD_EXE_PATH", "MSBuildSDKsPath", "MSBuildExtensionsPath", "CI"]) start.Environment.Remove(name);
        return TiedProcess.Start(start);
    }
}
