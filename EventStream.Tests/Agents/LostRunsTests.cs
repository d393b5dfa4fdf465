using EventStream.Api.Agents;
using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Agents;

/// <summary>Runs that nobody speaks for end, on one node and on many.</summary>
[Needs(Need.Redis)]
public sealed class LostRunsTests(RedisServer redis) : IClassFixture<RedisServer>, IAsyncLifetime
{
    private readonly string _session = $"s-{Guid.NewGuid():N}";
    private readonly EventFactory _events = new(TimeProvider.System);

    public async ValueTask InitializeAsync() => await redis.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClaimedRun_EndsAsLostOnce_OnHoweverManyNodes(bool onRedis)
    {
        var settings = Settings(onRedis);
        await using var first = TestServer.Start(settings);
        await using var second = onRedis ? TestServer.Start(settings) : null;
        await using var viewer = await first.OpenAsync($"/events/{_session}?from=earliest");
        await using var project = await first.OpenAsync($"/projects/p-{_session}/events?from=earliest");
        await ClaimAsync(first.Bus, "r1", TimeSpan.FromSeconds(1));

        (await viewer.NextAsync(3)).Select(told => told.EventType).ShouldBe(["session_stream_started", "run_started", "run_failed"]);
        (await project.NextAsync(3)).Select(told => told.EventType).ShouldBe(["session_stream_started", "run_started", "run_failed"]);

        await Eventually.TrueAsync(async () => (await ((ILeaseIndex)first.Bus).DueAsync(10, Cancel)).Count == 0, Cancel);
        var end = (await LogAsync(first.Bus)).Where(stored => stored.Type == "run_failed").ShouldHaveSingleItem();
        end.Payload.As<RunFailed>().ErrorType.ShouldBe("lost");
        (await first.PostAsync($"/events/{_session}", """{"type":"agent_thought","payload":{"content":"late"},"run_id":"r1"}""")).Text.ShouldContain("run_ended");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AskedRun_EndsAsUnclaimed_UnlessSomebodyStartsIt(bool onRedis)
    {
        var settings = Settings(onRedis);
        settings["Agents:ClaimTimeout"] = "00:00:01";
        await using var server = TestServer.Start(settings);
        foreach (var run in (string[])["nobody", "claimed", "started"]) await server.PostAsync($"/sessions/{_session}/runs", $$"""{"agent":"a","run_id":"{{run}}"}""");
        await ClaimAsync(server.Bus, "claimed", lease: null);
        await server.PostAsync($"/events/{_session}", """{"type":"run_started","payload":{"run_id":"started"}}""");

        await Eventually.TrueAsync(async () => (await LogAsync(server.Bus)).Any(stored => stored.Type == "run_failed"), Cancel);
        await Eventually.TrueAsync(async () => (await ((ILeaseIndex)server.Bus).DueAsync(10, Cancel)).Count == 0, Cancel);

        var failed = (await LogAsync(server.Bus)).Where(stored => stored.Type == "run_failed").ShouldHaveSingleItem();
        (failed.RunId, failed.Payload.As<RunFailed>().ErrorType, failed.Payload.As<RunFailed>().Agent).ShouldBe(("nobody", "unclaimed", "a"));
    }

    [Fact]
    public async Task Run_GoesOn_WhileItsWorkerPublishesOrRenews()
    {
        await using var server = TestServer.Start();
        await ClaimAsync(server.Bus, "lost", TimeSpan.FromSeconds(2));
        await ClaimAsync(server.Bus, "published", TimeSpan.FromSeconds(2));
        await ClaimAsync(server.Bus, "renewed", TimeSpan.FromSeconds(2));

        await Eventually.TrueAsync(async () =>
        {
            await server.PostAsync($"/events/{_session}", """{"type":"agent_thought","payload":{"content":"so"},"run_id":"published"}""");
            await server.PostAsync($"/sessions/{_session}/runs/renewed/lease", "");
            return await HasEndedAsync("lost");
        }, Cancel);

        (await HasEndedAsync("published")).ShouldBeFalse();
        (await HasEndedAsync("renewed")).ShouldBeFalse();

        async Task<bool> HasEndedAsync(string run) => await server.Bus.FindRunEndAsync(StreamKey.Session(_session), run, Cancel) is not null;
    }

    [Fact]
    public async Task NewServer_EndsNoRun_BeforeItsLeaseCouldBeRenewed()
    {
        var bus = new InMemoryEventBus();
        await ClaimAsync(bus, "r1", TimeSpan.FromSeconds(2));
        await Eventually.TrueAsync(async () => (await ((ILeaseIndex)bus).DueAsync(10, Cancel)).Count > 0, Cancel);
        // The bus answers again, and the worker was waiting for it.
        await using var server = TestServer.StartWith(bus);

        (await server.PostAsync($"/sessions/{_session}/runs/r1/lease", "")).Status.ShouldBe(System.Net.HttpStatusCode.NoContent);

        (await LogAsync(bus)).ShouldHaveSingleItem().Type.ShouldBe("run_started");
    }

    [Fact]
    public async Task Runs_EndAsLost_BesideASessionThatRedisCantEnd()
    {
        await using var server = TestServer.Start(Settings(onRedis: true));
        var broken = StreamKey.Session($"broken-{_session}");
        await server.Bus.AppendAsync(new AppendRequest { Stream = broken, Events = [_events.Create(broken.Id, new RunStarted { RunId = "r" })], Claim = true, Lease = TimeSpan.FromSeconds(1) }, Cancel);
        using var probe = await RedisProbe.ConnectAsync(redis, Cancel);
        probe.Ask("DEL", $"session:{{{broken.Id}}}:log");
        probe.Ask("SET", $"session:{{{broken.Id}}}:log", "another program's");

        await ClaimAsync(server.Bus, "r1", TimeSpan.FromSeconds(1));

        await Eventually.TrueAsync(async () => await server.Bus.FindRunEndAsync(StreamKey.Session(_session), "r1", Cancel) is not null, Cancel);
        probe.Ask("DEL", $"session:{{{broken.Id}}}:log");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClaimedRun_EndsInItsProjectToo_WhenItsStartHasLeftTheLog(bool onRedis)
    {
        var settings = Settings(onRedis);
        settings["Log:MaxEvents"] = "10";
        await using var server = TestServer.Start(settings);
        await using var project = await server.OpenAsync($"/projects/p-{_session}/events");
        await server.PostAsync($"/events/{_session}", $$$"""{"type":"run_requested","project_id":"p-{{{_session}}}","payload":{"run_id":"r1","agent":"a"}}""");
        await server.PostAsync($"/events/{_session}?claim=true&lease=5", """{"type":"run_started","payload":{"run_id":"r1"}}""");
        await server.Bus.AppendAsync(new AppendRequest { Stream = StreamKey.Session(_session), Events = [.. Enumerable.Range(0, 400).Select(_ => new Envelopes(_session).Thought(runId: "r1"))] }, Cancel);

        var end = (await project.ReadUntilAsync(told => told.EventType == "run_failed"))[^1];

        System.Text.Json.JsonElement.Parse(end.Data).GetProperty("payload").GetProperty("agent").GetString().ShouldBe("a");
    }

    [Fact]
    public async Task RequestPublishedAsAnEvent_EndsAsUnclaimedToo()
    {
        await using var server = TestServer.Start(new() { ["Agents:ClaimTimeout"] = "00:00:01" });

        await server.PostAsync($"/events/{_session}", """{"type":"run_requested","payload":{"run_id":"r1","agent":"a"}}""");

        await Eventually.TrueAsync(async () => (await LogAsync(server.Bus)).Any(stored => stored.Type == "run_failed"), Cancel);
        (await LogAsync(server.Bus))[^1].Payload.As<RunFailed>().ErrorType.ShouldBe("unclaimed");
    }

    [Fact]
    public async Task Run_GoesOn_WhenTheClockIsSetForward()
    {
        var clock = new SetClock();
        var log = new RecordingLogger<LostRuns>();
        await using var server = TestServer.Start(services: services => services.AddSingleton<IEventBus>(new InMemoryEventBus(new InMemoryBusOptions(), new LogOptions(), clock)).AddSingleton<ILogger<LostRuns>>(log));
        await ClaimAsync(server.Bus, "before", TimeSpan.FromSeconds(2));
        await ClaimAsync(server.Bus, "r1", TimeSpan.FromMinutes(10));
        // So long has the server watched leases.
        await EndsAsync("before");
        await ClaimAsync(server.Bus, "r2", TimeSpan.FromSeconds(2));

        clock.Ahead = TimeSpan.FromHours(1);

        await Eventually.TrueAsync(() => log.Lines.Contains("Warning LeaseClockSet"), Cancel);
        foreach (var run in (string[])["r1", "r2"]) (await server.PostAsync($"/sessions/{_session}/runs/{run}/lease", "")).Status.ShouldBe(System.Net.HttpStatusCode.NoContent);
        await EndsAsync("r2");
        (await server.Bus.FindRunEndAsync(StreamKey.Session(_session), "r1", Cancel)).ShouldBeNull();

        Task EndsAsync(string run) => Eventually.TrueAsync(async () => await server.Bus.FindRunEndAsync(StreamKey.Session(_session), run, Cancel) is not null, Cancel);
    }

    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }

    private Dictionary<string, string> Settings(bool onRedis) => onRedis ? new() { ["ConnectionStrings:Redis"] = redis.ConnectionString } : [];

    private async Task ClaimAsync(IEventBus bus, string run, TimeSpan? lease)
    {
        var claim = _events.Create(_session, new RunStarted { RunId = run }, new PublishOptions { ProjectId = $"p-{_session}" });
        var result = await AppendRetry.AppendAsync(bus, new AppendRequest { Stream = StreamKey.Session(_session), Events = [claim], Claim = true, Lease = lease }, TimeSpan.Zero, TimeProvider.System, cancellationToken: Cancel);
        result.Receipts.ShouldHaveSingleItem().Outcome.ShouldBe(AppendOutcome.Stored);
    }

    private async Task<IReadOnlyList<Event>> LogAsync(IEventBus bus) =>
        [.. (await bus.ReadAsync(StreamKey.Session(_session), Cursor.Zero, 100, Cancel)).Entries.Select(Envelopes.Read)];
}
