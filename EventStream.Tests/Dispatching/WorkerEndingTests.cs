using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using EventStream.Tests.Worker;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

/// <summary>Whatever way a worker's process ends: its events are stored, or one line tells how many are not and why, and telemetry decides no exit code.</summary>
public sealed class WorkerEndingTests
{
    private const string DeadProxy = "http_proxy=http://user:secret@127.0.0.1:9";

    private const int Aborted = 134, Terminated = 128 + 15, Interrupted = 128 + 2;

    [Theory]
    [InlineData(nameof(Ending.Dispose), 0)]
    [InlineData(nameof(Ending.DisposeAsync), 0)]
    [InlineData(nameof(Ending.Host), 0)]
    [InlineData(nameof(Ending.Return), 0)]
    [InlineData(nameof(Ending.ReturnAmidTimer), 0)]
    [InlineData(nameof(Ending.Exit), 3)]
    [InlineData(nameof(Ending.Throw), Aborted)]
    [InlineData(nameof(Ending.Terminate), Terminated)]
    [InlineData(nameof(Ending.Interrupt), Interrupted)]
    [InlineData(nameof(Ending.CancelInterrupt), 0)]
    [InlineData(nameof(Ending.TerminateHost), 0)]
    public async Task Worker_HasStoredItsEvents_HoweverItEnds(string ending, int exitCode)
    {
        await using var server = TestServer.Start();
        var ended = await WorkerProcess.RunAsync(Enum.Parse<Ending>(ending), server.Address.ToString());

        ended.ExitCode.ShouldBe(exitCode, ended.Errors);
        if (exitCode != Aborted && ending != nameof(Ending.ReturnAmidTimer)) ended.Errors.ShouldBeEmpty();
        var page = await server.Bus.ReadAsync(StreamKey.Session("s"), Cursor.Zero, 1000, TestContext.Current.CancellationToken);
        page.Entries.Count(entry => Envelopes.Read(entry).Type == "note").ShouldBe(Entry.Events);
    }

    [Theory]
    [InlineData(nameof(Ending.Dispose), 0)]
    [InlineData(nameof(Ending.DisposeAsync), 0)]
    [InlineData(nameof(Ending.Return), 0)]
    [InlineData(nameof(Ending.ReturnAmidTimer), 0)]
    [InlineData(nameof(Ending.Exit), 3)]
    [InlineData(nameof(Ending.Throw), Aborted)]
    [InlineData(nameof(Ending.Terminate), Terminated)]
    [InlineData(nameof(Ending.Interrupt), Interrupted)]
    [InlineData(nameof(Ending.CancelInterrupt), 0)]
    public async Task Worker_SaysHowManyEventsAreLostAndWhy_WhenNothingListens(string ending, int exitCode)
    {
        var address = $"http://127.0.0.1:{LoopbackPorts.Next()}/";
        var ended = await WorkerProcess.RunAsync(Enum.Parse<Ending>(ending), address);

        ended.ExitCode.ShouldBe(exitCode, ended.Errors);
        var told = ended.Errors.Split('\n').Where(line => line.StartsWith("EventStream: ", StringComparison.Ordinal)).ToArray();
        var count = ending == nameof(Ending.ReturnAmidTimer) ? "[0-9]+" : $"{Entry.Events}";
        told.ShouldHaveSingleItem().ShouldMatch($"^EventStream: (Events given up since the last such line: {count}, the latest of session s\\.|(The process ends|SIGTERM came|SIGINT came) with {count} events not known to be stored).*The server at {address} can't be reached: Connection refused$");
    }

    [Theory]
    [InlineData(nameof(Ending.Host))]
    [InlineData(nameof(Ending.TerminateHost))]
    public async Task Host_StopsWithoutAnError_WhenNothingListens(string ending)
    {
        var ended = await WorkerProcess.RunAsync(Enum.Parse<Ending>(ending), $"http://127.0.0.1:{LoopbackPorts.Next()}/");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        ended.Errors.ShouldBeEmpty();
        ended.Output.Split("Events given up since the last such line: 10").Length.ShouldBe(2, ended.Output);
    }

    [Theory]
    [InlineData(nameof(Ending.Dispose))]
    [InlineData(nameof(Ending.Host))]
    public async Task Worker_FailsAtItsStartWithTheFix_WhenItKnowsNoTarget(string ending)
    {
        var ended = await WorkerProcess.RunAsync(Enum.Parse<Ending>(ending), target: null);
        ended.ExitCode.ShouldNotBe(0);
        ended.Errors.ShouldContain("set Server, such as AddEventDispatcher(o => o.Server = new Uri(\"http://localhost:8000\"))");
        ended.Output.ShouldNotContain("done");
    }

    [Theory]
    [InlineData(nameof(Ending.Dispose))]
    [InlineData(nameof(Ending.Return))]
    public async Task Worker_EndsAsItWould_WhenItHasNoStandardError(string ending)
    {
        var ended = await WorkerProcess.RunAsync(Enum.Parse<Ending>(ending), $"http://127.0.0.1:{LoopbackPorts.Next()}/", hasErrors: false);
        ended.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Worker_ReachesItsOwnMachine_WhateverProxyTheEnvironmentNames()
    {
        await using var server = TestServer.Start();
        var ended = await WorkerProcess.RunAsync(Ending.DisposeAsync, server.Address.ToString(), environment: DeadProxy);

        (ended.ExitCode, ended.Errors).ShouldBe((0, ""));
        (await server.Bus.ReadAsync(StreamKey.Session("s"), Cursor.Zero, 1000, TestContext.Current.CancellationToken)).Entries.Count.ShouldBe(Entry.Events);
    }

    [Fact]
    public async Task Worker_NamesTheProxy_ThatItsOwnClientAsks()
    {
        await using var server = TestServer.Start();
        var ended = await WorkerProcess.RunAsync(Ending.DisposeAsync, $"client={server.Address}", environment: DeadProxy);

        ended.Errors.ShouldContain($"The server at {server.Address} can't be reached through the proxy http://127.0.0.1:9, which the environment names: Connection refused. To go there without it, set NO_PROXY={server.Address.Host}.");
        ended.Errors.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Provider_IsDisposedWithoutAwaiting_WhenItsDispatcherIsOnRedis()
    {
        var ended = await WorkerProcess.RunAsync(Ending.Dispose, $"redis=127.0.0.1:{LoopbackPorts.Next()}");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        ended.Errors.ShouldContain("Events given up since the last such line: 10");
    }
}
