using System.Net;
using EventStream.Bus;
using EventStream.Bus.Http;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Publishing;

/// <summary>Events with a project, and broadcast events, over every way of publishing.</summary>
[Needs(Need.Redis)]
public sealed class BroadcastTests(RedisServer redis)
{
    private const string Config = """{"event":"config.updated","data":{"theme":"dark"}}""";

    private readonly string _session = $"s-{Guid.NewGuid():N}";
    private readonly string _project = $"p-{Guid.NewGuid():N}";
    private Cursor _before;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Ways => new() { { "bus", false }, { "bus", true }, { "http", false }, { "http", true } };

    [Theory]
    [InlineData("?broadcast=true", false, "a b")]
    [InlineData("?broadcast=true", true, "a b")]
    [InlineData("?broadcast=false", false, "")]
    [InlineData("", true, "")]
    public async Task Post_ReachesProjectAndBroadcast_WhenItSaysSo(string query, bool inRedis, string broadcast)
    {
        await using var server = await StartAsync(inRedis);
        var answer = await server.PostAsync($"/events/{_session}{query}", $$"""[{"type":"a","project_id":"{{_project}}"},{"type":"b"}]""");
        answer.Status.ShouldBe(HttpStatusCode.OK);
        (await TypesAsync(server, StreamKey.Session(_session))).ShouldBe("a b");
        (await TypesAsync(server, StreamKey.Project(_project))).ShouldBe("a");
        (await BroadcastAsync(server)).ShouldBe(broadcast);
    }

    [Theory]
    [InlineData("broadcast=1")]
    [InlineData("broadcast=TRUE")]
    [InlineData("broadcast=")]
    [InlineData("broadcast=true&broadcast=true")]
    public async Task Post_IsRefused_WhenBroadcastIsNeitherTrueNorFalse(string query)
    {
        await using var server = await StartAsync(inRedis: false);
        foreach (var path in (string[])[$"/events/{_session}?{query}", $"/ingest/argos?session_id={_session}&{query}"])
        {
            var answer = await server.PostAsync(path, """{"type":"a"}""");
            (answer.Status, answer.Title).ShouldBe((HttpStatusCode.BadRequest, "broadcast must be true or false."));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task PublishAsync_ReachesProjectAndBroadcast_OverEveryAppender(string way, bool inRedis)
    {
        await using var server = await StartAsync(inRedis);
        await using (var dispatcher = DispatcherOf(server, way))
        {
            await dispatcher.PublishAsync(_session, "a", new { }, new PublishOptions { ProjectId = _project, Broadcast = true }, Cancel);
            await dispatcher.PublishAsync(_session, "b", new { }, new PublishOptions { ProjectId = _project }, Cancel);
            await dispatcher.PublishAsync(_session, "c", new { }, new PublishOptions { Broadcast = true, EventId = "mine" }, Cancel);
        }
        (await TypesAsync(server, StreamKey.Session(_session))).ShouldBe("a b c");
        (await TypesAsync(server, StreamKey.Project(_project))).ShouldBe("a b");
        (await BroadcastAsync(server)).ShouldBe("a c");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task PublishFromAsync_ReachesProjectAndBroadcast_OverEveryAppender(string way, bool inRedis)
    {
        await using var server = await StartAsync(inRedis);
        await using var dispatcher = DispatcherOf(server, way);
        var context = new IngestContext { SessionId = _session, ProjectId = _project, Broadcast = true };
        await dispatcher.PublishFromAsync("eddie", """{"event":"zzz","data":{}}""", context, Cancel);
        await dispatcher.PublishFromAsync("eddie", """[{"event":"yyy","data":{}}]""", context with { Broadcast = false }, Cancel);
        (await TypesAsync(server, StreamKey.Project(_project))).ShouldBe("custom_event custom_event");
        (await BroadcastAsync(server)).ShouldBe("custom_event");
    }

    [Theory]
    [InlineData("application/json", """{"event":"zzz","data":{}}""", 1)]
    [InlineData("application/json", """[{"event":"zzz","data":{}},{"event":"zzz","data":{}}]""", 2)]
    [InlineData("application/x-ndjson", "{\"event\":\"zzz\",\"data\":{}}\n{\"event\":\"zzz\",\"data\":{}}", 2)]
    public async Task Ingest_ReachesProjectAndBroadcast_WhenItsAddressSaysSo(string type, string body, int count)
    {
        await using var server = await StartAsync(inRedis: true);
        (await server.PostAsync($"/ingest/eddie?session_id={_session}&project_id={_project}&broadcast=true", body, type)).Status.ShouldBe(HttpStatusCode.OK);
        (await server.PostAsync($"/ingest/eddie?session_id={_session}", body, type)).Status.ShouldBe(HttpStatusCode.OK);
        var expected = string.Join(' ', Enumerable.Repeat("custom_event", count));
        (await TypesAsync(server, StreamKey.Project(_project))).ShouldBe(expected);
        (await BroadcastAsync(server)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ingest_BringsWhatHasNoSessionToBroadcast_AndToTheProjectThatIsNamed(bool inRedis)
    {
        await using var server = await StartAsync(inRedis);
        await server.PostAsync("/ingest/eddie", Config);
        await server.PostAsync($"/ingest/eddie?project_id={_project}&broadcast=true", Config);
        // Other tests' broadcasts lie in between.
        (await BroadcastAsync(server, EventRules.ReservedSessionId)).ShouldBe("config_updated config_updated");
        var page = await server.Bus.ReadAsync(StreamKey.Project(_project), Cursor.Zero, 10, Cancel);
        var held = Envelopes.Read(page.Entries.ShouldHaveSingleItem());
        (held.SessionId, held.ProjectId, held.Type).ShouldBe((EventRules.ReservedSessionId, _project, "config_updated"));
    }

    [Fact]
    public async Task Post_SaysWhatMayLackTheEvents_AndIsCompletedWhenItIsRepeated()
    {
        var (bus, isOut) = (new TestBus(), true);
        bus.BeforeAppend = request => isOut && request.Stream.Kind == StreamKind.Project ? throw new BusUnavailableException("Away.") : Task.CompletedTask;
        await using var server = TestServer.StartWith(bus, new() { ["Publishing:RetryBudget"] = "00:00:00" });
        var body = $$"""{"event_id":"mine","type":"a","project_id":"{{_project}}"}""";

        var refused = await server.PostAsync($"/events/{_session}", body);
        refused.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Json.GetProperty("detail").GetString()!.ShouldEndWith($"Their session holds them; 'project:{_project}' may lack them until the request is repeated.");
        (await TypesAsync(server, StreamKey.Project(_project))).ShouldBe("");

        isOut = false;
        (await server.PostAsync($"/events/{_session}", body)).Json.GetProperty("outcome").GetString().ShouldBe("duplicate");
        (await TypesAsync(server, StreamKey.Session(_session))).ShouldBe("a");
        (await TypesAsync(server, StreamKey.Project(_project))).ShouldBe("a");
    }

    [Fact]
    public async Task Ingest_CompletesWhatItLeft_WhenItIsRepeatedThoughTheSessionKnowsAllOfIt()
    {
        var (bus, isOut) = (new TestBus(), true);
        bus.BeforeAppend = request => isOut && request.Stream.Kind == StreamKind.Project ? throw new BusUnavailableException("Away.") : Task.CompletedTask;
        await using var server = TestServer.StartWith(bus, new() { ["Publishing:RetryBudget"] = "00:00:00" });
        var path = $"/ingest/eddie?project_id={_project}";
        var partial = $$$"""{"event":"message.partial","data":{"id":"m1","sessionId":"{{{_session}}}","role":"assistant","content":"Hello","createdAt":1}}""";
        (await server.PostAsync(path, partial)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await TypesAsync(server, StreamKey.Session(_session))).ShouldBe("agent_message_start agent_message_delta");

        isOut = false;
        (await server.PostAsync(path, partial)).Json.GetProperty("outcome").GetString().ShouldBe("duplicate");
        (await TypesAsync(server, StreamKey.Session(_session))).ShouldBe("agent_message_start agent_message_delta");
        (await TypesAsync(server, StreamKey.Project(_project))).ShouldBe("agent_message_start agent_message_delta");
    }

    [Theory]
    [InlineData(StreamKind.Session)]
    [InlineData(StreamKind.Project)]
    public async Task Ingest_CompletesTheEndOfARun_WhenTheBusStoredItAndDidNotSaySo(StreamKind silent)
    {
        var (bus, isSilent) = (new TestBus(), false);
        bus.AfterAppend = request => isSilent && request.Stream.Kind == silent ? throw new BusUnavailableException("No answer.") : Task.CompletedTask;
        await using var server = TestServer.StartWith(bus, new() { ["Publishing:RetryBudget"] = "00:00:00" });
        (await server.PostAsync("/ingest/argos", Run("started", "running"))).Status.ShouldBe(HttpStatusCode.OK);
        isSilent = true;
        (await server.PostAsync("/ingest/argos", Run("completed", "completed"))).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        isSilent = false;
        // Events of a thousand other sessions come in between.
        for (var i = 0; i < 1001; i++) await server.PostAsync("/ingest/adk", $$$"""{"session_id":"{{{_session}}}-{{{i}}}","type":"agent_thought","payload":{"content":"hm"}}""");

        var answer = await server.PostAsync("/ingest/argos", Run("completed", "completed"));
        (answer.Status, answer.Json.GetProperty("outcome").GetString()).ShouldBe((HttpStatusCode.OK, "duplicate"));
        (await TypesAsync(server, StreamKey.Session(_session))).ShouldBe("run_started run_completed");
        (await TypesAsync(server, StreamKey.Project(_project))).ShouldBe("run_started run_completed");
        (await server.PostAsync("/ingest/argos", Run("completed", "completed"))).Status.ShouldBe(HttpStatusCode.Conflict);

        string Run(string verb, string status) => $$$"""{"type":"agent.run.{{{verb}}}","run":{"id":"{{{_session}}}","project_id":"{{{_project}}}","status":"{{{status}}}"}}""";
    }

    [Fact]
    public async Task Post_IsCompleted_WhenItsClientLeavesInBetween()
    {
        var (bus, hold) = (new TestBus(), new TaskCompletionSource());
        bus.BeforeAppend = request => request.Stream.Kind == StreamKind.Project ? hold.Task : Task.CompletedTask;
        await using var server = TestServer.StartWith(bus, new() { ["Publishing:RetryBudget"] = "00:00:30" });
        using var client = await RawClient.ConnectAsync(server.Address, Cancel);
        var body = $$"""{"type":"a","project_id":"{{_project}}"}""";
        await client.SendAsync($"POST /events/{_session} HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: {body.Length}\n\n{body}", Cancel);
        await Eventually.TrueAsync(async () => await TypesAsync(server, StreamKey.Session(_session)) == "a", Cancel);

        client.Reset();
        // The server answers this after it has seen the reset.
        (await server.GetAsync("/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        hold.SetResult();

        await Eventually.TrueAsync(async () => await TypesAsync(server, StreamKey.Project(_project)) == "a", Cancel);
    }

    private static EventDispatcher DispatcherOf(TestServer server, string way) =>
        new(way == "http" ? new HttpEventAppender(new HttpClient { BaseAddress = server.Address }) : server.Bus);

    private async Task<TestServer> StartAsync(bool inRedis)
    {
        if (inRedis) await redis.StartAsync();
        var server = TestServer.Start(inRedis ? new() { ["ConnectionStrings:Redis"] = redis.ConnectionString } : []);
        _before = (await server.Bus.ReadAsync(StreamKey.Broadcast, Cursor.Zero, 0, Cancel)).Head;
        return server;
    }

    private static async Task<string> TypesAsync(TestServer server, StreamKey stream) =>
        string.Join(' ', (await server.Bus.ReadAsync(stream, Cursor.Zero, 1000, Cancel)).Entries.Select(entry => Envelopes.Read(entry).Type));

    // Other tests broadcast through the same Redis.
    private async Task<string> BroadcastAsync(TestServer server, string? session = null)
    {
        var page = await server.Bus.ReadAsync(StreamKey.Broadcast, _before, 1000, Cancel);
        return string.Join(' ', page.Entries.Select(Envelopes.Read).Where(envelope => envelope.SessionId == (session ?? _session)).Select(envelope => envelope.Type));
    }
}
