using System.Diagnostics;
using System.Net.ServerSentEvents;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Agents;

/// <summary>The worker of <c>samples/python</c>: nothing but HTTP.</summary>
[Needs(Need.Python)]
public sealed class PythonAgentTests(SharedServer shared) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private readonly string _session = $"s-{Guid.NewGuid():N}";
    private readonly string _agent = $"agent-{Guid.NewGuid():N}";
    private Process _worker = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _worker = StartWorker();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync(_worker);
    }

    [Fact]
    public async Task Worker_ClaimsItsRun_HearsWhatItIsTold_AndCompletesIt()
    {
        await using var viewer = await shared.Server.OpenAsync($"/events/{_session}");
        await AskAsync("r1", """{"to":3,"pause":0.3}""");
        await viewer.ReadUntilAsync(told => told.EventType == "agent_message_start");

        await shared.Server.PostAsync($"/sessions/{_session}/runs/r1/steer", """{"message":"mind the gap"}""");

        var seen = await viewer.ReadUntilAsync(told => told.EventType == "run_completed");
        seen.ShouldContain(told => told.EventType == "agent_thought" && told.Data.Contains("I was told: mind the gap", StringComparison.Ordinal));
        seen.Single(told => told.EventType == "agent_message_end").Data.ShouldContain("\"content\":\"1 2 3 \"");
    }

    [Fact]
    public async Task Worker_StopsWhenItIsAsked()
    {
        await using var viewer = await shared.Server.OpenAsync($"/events/{_session}");
        await AskAsync("r1", """{"to":1000,"pause":0.1}""");
        await viewer.ReadUntilAsync(told => told.EventType == "agent_message_delta");

        await shared.Server.PostAsync($"/sessions/{_session}/runs/r1/interrupt", "");

        await viewer.ReadUntilAsync(told => told.EventType == "run_cancelled");
    }

    [Fact]
    public async Task Runs_AreEachDoneOnce_BesideAnotherWorker()
    {
        var second = StartWorker();
        await using var viewer = await shared.Server.OpenAsync($"/events/{_session}");

        foreach (var run in Enumerable.Range(0, 10)) await AskAsync($"r{run}", """{"to":1,"pause":0}""");

        var seen = new List<SseItem<string>>();
        while (seen.Count(told => told.EventType == "run_completed") < 10) seen.AddRange(await viewer.ReadUntilAsync(told => told.EventType == "run_completed"));
        seen.Count(told => told.EventType == "run_started").ShouldBe(10);
        await KillAsync(second);
    }

    private async Task AskAsync(string run, string input) =>
        (await shared.Server.PostAsync($"/sessions/{_session}/runs", $$"""{"agent":"{{_agent}}","run_id":"{{run}}","input":{{input}}}""")).Status.ShouldBe(System.Net.HttpStatusCode.Created);

    private Process StartWorker()
    {
        var start = new ProcessStartInfo("python3", [Repository.PathOf("samples", "python", "agent.py"), "--server", shared.Server.Address.ToString(), "--agent", _agent]);
        // It isn't asked for this machine.
        start.Environment["http_proxy"] = "http://127.0.0.1:9";
        return TiedProcess.Start(start);
    }

    private static async Task KillAsync(Process worker)
    {
        worker.Kill();
        await worker.WaitForExitAsync(Cancel);
        worker.Dispose();
    }
}
