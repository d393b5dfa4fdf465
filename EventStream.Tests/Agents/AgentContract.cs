using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using EventStream.Agents;
using EventStream.Bus;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Agents;

/// <summary>What a hosted agent does, however its worker reaches the server.</summary>
public abstract partial class AgentContract : IAsyncLifetime
{
    private readonly string _agent = $"agent-{Guid.NewGuid():N}";
    private readonly List<AgentHost> _hosts = [];

    private protected string Session { get; } = $"s-{Guid.NewGuid():N}";

    private protected TestServer Server { get; private set; } = null!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected abstract Task<TestServer> StartServerAsync();

    /// <summary>Says where the workers publish and listen.</summary>
    private protected abstract void Register(IServiceCollection services);

    public async ValueTask InitializeAsync() => Server = await StartServerAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var host in _hosts) await host.DisposeAsync();
        await Server.DisposeAsync();
    }

    [Fact]
    public async Task Run_IsStartedAndCompleted_WithWhatTheHandlerDoes()
    {
        await HostAsync(async (run, stop) =>
        {
            await run.Events.AgentThoughtAsync($"{run.Input!.Value.GetProperty("question")}", stop);
            run.Output = new { answer = 42 };
        });

        await AskAsync("r1", """{"question":"why?"}""");

        (await EventsAsync("run_completed")).Select(told => told.ToString()).ShouldBe([
            $$$"""run_requested {"run_id":"r1","agent":"{{{_agent}}}","input":{"question":"why?"}}""",
            """run_started {"run_id":"r1"}""",
            $$"""agent_thought {"agent":"{{_agent}}","content":"why?","debug":true}""",
            $$$"""run_completed {"run_id":"r1","output":{"answer":42},"agent":"{{{_agent}}}"}""",
        ]);
    }

    [Fact]
    public async Task Run_Fails_WhenItsHandlerThrows()
    {
        await HostAsync((_, _) => throw new InvalidDataException("no model"));

        await AskAsync("r1");

        (await EventsAsync("run_failed"))[^1].Payload.ShouldBe($$"""{"run_id":"r1","error":"no model","error_type":"InvalidDataException","agent":"{{_agent}}"}""");
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task Approval_ComesBack_WithItsReason(string approved, bool isApproved)
    {
        await HostAsync(async (run, _) => run.Output = await run.ApproveAsync("tc_1", "rm", new { path = "/tmp/x" }, "It deletes."));
        await AskAsync("r1");
        var question = JsonElement.Parse((await EventsAsync("tool_approval_requested"))[^1].Payload);
        question.GetProperty("args").GetRawText().ShouldBe("""{"path":"/tmp/x"}""");

        (await PostAsync($"runs/r1/approvals/{question.GetProperty("approval_id")}", $$"""{"approved":{{approved}},"reason":"so","answered_by":"ada"}""")).ShouldBe(HttpStatusCode.OK);

        JsonElement.Parse((await EventsAsync("run_completed"))[^1].Payload).GetProperty("output").GetProperty("IsApproved").GetBoolean().ShouldBe(isApproved);
    }

    [Fact]
    public async Task Approval_IsGivenUp_WhenTheRunShallStop()
    {
        await HostAsync(async (run, _) => await run.ApproveAsync("tc_1", "rm"));
        await AskAsync("r1");
        await EventsAsync("tool_approval_requested");

        await PostAsync("runs/r1/interrupt", "");

        (await EventsAsync("run_cancelled"))[^1].Payload.ShouldBe("""{"run_id":"r1","termination_reason":"interrupted"}""");
    }

    [Fact]
    public async Task Steering_ComesInOrder()
    {
        await HostAsync(async (run, stop) =>
        {
            var told = new List<string>();
            while (told.Count < 3) told.Add(await run.Steering.ReadAsync(stop));
            run.Output = string.Join(' ', told);
        });
        await AskAsync("r1");
        await EventsAsync("run_started");

        foreach (var message in (string[])["one", "two", "three"]) await PostAsync("runs/r1/steer", $$"""{"message":"{{message}}"}""");

        (await EventsAsync("run_completed"))[^1].Payload.ShouldContain("\"output\":\"one two three\"");
    }

    [Fact]
    public async Task Steering_IsHeard_ThatCameBeforeTheRunBegan()
    {
        await AskAsync("r1");
        await PostAsync("runs/r1/steer", """{"message":"early"}""");

        await HostAsync(async (run, stop) => run.Output = await run.Steering.ReadAsync(stop));

        (await EventsAsync("run_completed"))[^1].Payload.ShouldContain("\"output\":\"early\"");
    }

    [Fact]
    public async Task Run_IsDoneOnce_HoweverOftenItIsAskedFor()
    {
        var done = new ConcurrentQueue<string>();
        await HostAsync((run, _) => { done.Enqueue(run.RunId); return Task.CompletedTask; });

        foreach (var run in (string[])["r1", "r1", "r2"]) await PostAsync("runs", $$"""{"agent":"{{_agent}}","run_id":"{{run}}"}""");

        await Eventually.TrueAsync(async () => (await LogAsync()).Count(told => told.Type == "run_completed") == 2, Cancel);
        done.Order(StringComparer.Ordinal).ShouldBe(["r1", "r2"]);
    }

    [Fact]
    public async Task Runs_AreEachDoneOnce_WhenSeveralWorkersListen()
    {
        var done = new ConcurrentQueue<string>();
        for (var i = 0; i < 3; i++) await HostAsync((run, _) => { done.Enqueue(run.RunId); return Task.CompletedTask; }, options => options.MaxRuns = 2);

        foreach (var run in Enumerable.Range(1, 30)) await AskAsync($"r{run}");

        await Eventually.TrueAsync(async () => (await LogAsync()).Count(told => told.Type == "run_completed") == 30, Cancel);
        done.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(1, 30).Select(run => $"r{run}").Order(StringComparer.Ordinal));
        (await LogAsync()).Count(told => told.Type == "run_started").ShouldBe(30);
    }

    [Fact]
    public async Task Run_LivesLongerThanItsLease_WhileItSaysNothing()
    {
        var end = new TaskCompletionSource();
        await HostAsync((run, _) => end.Task, options => options.Lease = TimeSpan.FromSeconds(5));
        await AskAsync("r1");
        await EventsAsync("run_started");

        // Later than it begins a run whose worker is gone, with the same lease.
        await Server.Bus.AppendAsync(new AppendRequest { Stream = StreamKey.Session(Session), Events = [new Envelopes(Session).RunStarted("lost")], Claim = true, Lease = TimeSpan.FromSeconds(5) }, Cancel);
        (await EventsAsync("run_failed")).Count(told => told.Type == "run_failed").ShouldBe(1);
        end.SetResult();

        (await EventsAsync("run_completed"))[^1].Payload.ShouldContain("\"r1\"");
    }

    [Fact]
    public async Task Run_Fails_WhenItsOutputIsTooLarge()
    {
        await HostAsync((run, _) => { run.Output = new string('x', 300_000); return Task.CompletedTask; });

        await AskAsync("r1");

        JsonElement.Parse((await EventsAsync("run_failed"))[^1].Payload).GetProperty("error_type").GetString().ShouldBe("output_rejected");
    }

    [Fact]
    public async Task Run_FailsWithTheBeginningOfItsError_WhenThatIsLong()
    {
        await HostAsync((_, _) => throw new InvalidDataException(new string('x', 300_000)));

        await AskAsync("r1");

        JsonElement.Parse((await EventsAsync("run_failed"))[^1].Payload).GetProperty("error").GetString()!.Length.ShouldBe(4000);
    }

    [Fact]
    public async Task Run_KnowsWhereItsSessionStands()
    {
        await Server.PostAsync($"/events/{Session}", """{"type":"run_started","payload":{"run_id":"earlier"}}""");
        await Server.PostAsync($"/events/{Session}", """{"type":"agent_message_start","payload":{"message_id":"m1","agent":"ü"},"run_id":"earlier"}""");
        await HostAsync(async (run, _) =>
        {
            var session = await run.ReadStateAsync();
            run.Output = $"{string.Join(' ', session.Runs.Select(known => $"{known.RunId} {known.Status}"))} {session.Messages.Single().Agent}";
        });

        await AskAsync("r1");

        (await EventsAsync("run_completed"))[^1].Payload.ShouldContain("\"output\":\"earlier running r1 running ü\"");
    }

    [Fact]
    public async Task Run_KnowsWhetherAnybodyWatches()
    {
        await HostAsync(async (run, stop) =>
        {
            run.Output = await run.HasViewersAsync();
            await run.Events.AgentThoughtAsync("alone", stop);
            while (!await run.HasViewersAsync()) await Task.Delay(10, stop);
            await run.Events.AgentStatusAsync("watched", cancellationToken: stop);
            while (await run.HasViewersAsync()) await Task.Delay(10, stop);
        });
        // What a program reads is shown to nobody.
        await using var program = await Server.OpenAsync($"/events/{Session}?viewer=false");
        await program.NextAsync();
        await AskAsync("r1");
        await EventsAsync("agent_thought");

        await using (await Server.OpenAsync($"/events/{Session}")) await EventsAsync("agent_status");

        (await EventsAsync("run_completed"))[^1].Payload.ShouldContain("\"output\":false");
    }

    /// <summary>Hosts an agent with a lease of 5 s whose run ends only when it is stopped, and asks for it.</summary>
    /// <returns>Completes when it is stopped; the run has begun.</returns>
    private protected async Task<Task> RunUntilStoppedAsync(string run)
    {
        var stopped = new TaskCompletionSource();
        await HostAsync(async (_, stop) =>
        {
            await using var onStop = stop.UnsafeRegister(_ => stopped.TrySetResult(), null);
            await Task.Delay(Timeout.Infinite, stop);
        }, options => options.Lease = TimeSpan.FromSeconds(5));
        await AskAsync(run);
        await EventsAsync("run_started");
        return stopped.Task;
    }

    private protected async Task<AgentHost> HostAsync(Func<RunContext, CancellationToken, Task> handler, Action<AgentOptions>? configure = null)
    {
        var host = await AgentHost.StartAsync(Register, _agent, handler, configure);
        _hosts.Add(host);
        return host;
    }

    private protected async Task AskAsync(string run, string input = "null") =>
        (await PostAsync("runs", $$"""{"agent":"{{_agent}}","run_id":"{{run}}"{{(input == "null" ? "" : $",\"input\":{input}")}}}""")).ShouldBe(HttpStatusCode.Created);

    private async Task<HttpStatusCode> PostAsync(string route, string body) => (await Server.PostAsync($"/sessions/{Session}/{route}", body)).Status;

    /// <summary>The events of the session, once one of a type is among them.</summary>
    private protected async Task<IReadOnlyList<Told>> EventsAsync(string type)
    {
        IReadOnlyList<Told> told = [];
        await Eventually.TrueAsync(async () => (told = await LogAsync()).Any(stored => stored.Type == type), Cancel);
        return told;
    }

    private async Task<IReadOnlyList<Told>> LogAsync() =>
        [.. (await Server.Bus.ReadAsync(StreamKey.Session(Session), Cursor.Zero, 1000, Cancel)).Entries.Select(Envelopes.Read).Select(stored => new Told(stored.Type, stored.Payload.ToString()))];

    private protected sealed record Told(string Type, string Payload)
    {
        public override string ToString() => $"{Type} {Payload}";
    }
}
