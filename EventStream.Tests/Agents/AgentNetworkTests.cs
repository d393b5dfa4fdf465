using System.Net;
using EventStream.Bus;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Agents;

/// <summary>A hosted agent whose network to the server fails in the middle of a run.</summary>
public sealed class AgentNetworkTests : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly string _session = $"s-{Guid.NewGuid():N}";
    private readonly string _agent = $"agent-{Guid.NewGuid():N}";
    private readonly TestServer _server = TestServer.Start();
    private readonly TcpRelay _relay;

    public AgentNetworkTests() => _relay = new TcpRelay(_server.Address.Port);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Run_GoesOn_AndHearsWhatItWasToldMeanwhile_WhenConnectionsAreCut()
    {
        await using var host = await AgentHost.StartAsync(Register, _agent, async (run, stop) =>
        {
            await run.Events.AgentThoughtAsync("begun", stop);
            var told = new List<string>();
            while (told.Count < 2) told.Add(await run.Steering.ReadAsync(stop));
            run.Output = string.Join(' ', told);
        }, options => options.Lease = Lease);
        await AskAsync("r1");
        await EventsAsync("agent_thought");

        _relay.Cut();
        await SteerAsync("r1", "one");
        _relay.Cut();
        await SteerAsync("r1", "two");

        (await EventsAsync("run_completed"))[^1].Payload.As<RunCompleted>().Output!.Value.GetString().ShouldBe("one two");
    }

    [Fact]
    public async Task Run_IsLost_WhenTheWorkerIsCutOff_WhichStopsOnceItLearns_AndAnotherWorkerTakesTheNext()
    {
        var stopped = new TaskCompletionSource();
        await using var host = await AgentHost.StartAsync(Register, _agent, async (run, stop) =>
        {
            await using var onStop = stop.UnsafeRegister(_ => stopped.TrySetResult(), null);
            await Task.Delay(Timeout.Infinite, stop);
        }, options => options.Lease = Lease);
        await AskAsync("r1");
        await EventsAsync("run_started");

        // No server is there.
        _relay.Target = LoopbackPorts.Next();
        _relay.Cut();

        var lost = (await EventsAsync("run_failed"))[^1];
        (lost.RunId, lost.Payload.As<RunFailed>().ErrorType).ShouldBe(("r1", "lost"));
        await using var second = await AgentHost.StartAsync(services => services.AddEventDispatcher(options => options.Server = _server.Address), _agent, (_, _) => Task.CompletedTask);
        await AskAsync("r2");
        (await EventsAsync("run_completed"))[^1].RunId.ShouldBe("r2");
        stopped.Task.IsCompleted.ShouldBeFalse();

        _relay.Target = _server.Address.Port;

        await stopped.Task.WaitAsync(Timeouts.Default, Cancel);
        (await LogAsync()).Where(stored => stored.RunId == "r1").Select(stored => stored.Type).ShouldBe(["run_requested", "run_started", "run_failed"]);
    }

    private void Register(IServiceCollection services) => services.AddEventDispatcher(options => options.Server = new Uri($"http://127.0.0.1:{_relay.Port}"));

    private async Task AskAsync(string run) => (await _server.PostAsync($"/sessions/{_session}/runs", $$"""{"agent":"{{_agent}}","run_id":"{{run}}"}""")).Status.ShouldBe(HttpStatusCode.Created);

    private async Task SteerAsync(string run, string message) => (await _server.PostAsync($"/sessions/{_session}/runs/{run}/steer", $$"""{"message":"{{message}}"}""")).Status.ShouldBe(HttpStatusCode.OK);

    private async Task<IReadOnlyList<Event>> EventsAsync(string type)
    {
        IReadOnlyList<Event> told = [];
        await Eventually.TrueAsync(async () => (told = await LogAsync()).Any(stored => stored.Type == type), Cancel);
        return told;
    }

    private async Task<IReadOnlyList<Event>> LogAsync() => [.. (await _server.Bus.ReadAsync(StreamKey.Session(_session), Cursor.Zero, 1000, Cancel)).Entries.Select(Envelopes.Read)];
}
