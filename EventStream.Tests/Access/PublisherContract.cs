using System.Net;
using EventStream.Dispatching;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>What a server with keys says and keeps of who published what, whichever bus it has.</summary>
public abstract class PublisherContract : IAsyncLifetime
{
    private readonly string _session = $"s-{Guid.NewGuid():N}";
    private PublisherSite _site = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Events => $"/events/{_session}";

    public async ValueTask InitializeAsync() => _site = new PublisherSite(await RedisAsync());

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _site.DisposeAsync();
    }

    /// <summary>The Redis of the server; null when it has none.</summary>
    protected abstract Task<string?> RedisAsync();

    [Theory]
    [InlineData("""{"type":"note","publisher":"admin"}""", "application/json")]
    [InlineData("""[{"type":"note","publisher":null}]""", "application/json")]
    [InlineData("""{"type":"note","publisher":{"a":1}}""", "application/x-ndjson")]
    public async Task Publish_SaysWhoItWas_WhateverTheEventSays(string body, string type)
    {
        (await _site.PostAsync("worker", Events, body, type)).Status.ShouldBe(HttpStatusCode.OK);

        (await _site.LogAsync(Events)).ShouldBe([("note", "worker")]);
    }

    [Fact]
    public async Task Publish_SaysWhoItWas_InEveryStreamThatGetsTheEvent()
    {
        var project = $"p-{Guid.NewGuid():N}";
        await using var watcher = await _site.Server.OpenAsync($"{Events}?ticket={await TicketAsync("worker", "watcher")}&names=native");
        await watcher.NextAsync();
        await _site.PostAsync("worker", $"{Events}?broadcast=true", $$"""{"type":"note","project_id":"{{project}}"}""");

        (await watcher.NextAsync()).Data.ShouldEndWith(",\"publisher\":\"worker\"}");
        (await _site.LogAsync($"/projects/{project}/events")).ShouldBe([("note", "worker")]);
        (await _site.LogAsync("/broadcast/events")).ShouldContain(("note", "worker"));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    public async Task Ingest_SaysWhoItWas_ForEverySource(string type)
    {
        (string Source, string Body)[] natives =
        [
            ("adk", """{"type":"agent_thought","publisher":"admin","payload":{"content":"x"}}"""), ("eddie", """{"event":"agent.activity","publisher":"admin","data":{"state":"tool"}}"""),
            ("argos", """{"type":"agent.run.started","publisher":"admin","run":{"id":"a1","status":"RUNNING"}}"""), ("cognesy", """{"type":"agent.status","publisher":"admin","payload":{"status":"processing"}}"""),
            ("openai", """{"type":"response.created","publisher":"admin","response":{"id":"resp_1"}}"""), ("anthropic", """{"type":"message_start","publisher":"admin","message":{"id":"msg_1"}}"""),
            ("ya-agent", """{"type":"text","publisher":"admin","text":"Hi"}"""), ("auto", """{"type":"agent_thought","publisher":"admin","payload":{"content":"x"}}"""),
        ];
        foreach (var (source, body) in natives) (await _site.PostAsync("worker", $"/ingest/{source}?session_id={_session}", body, type)).Status.ShouldBe(HttpStatusCode.OK, source);

        (await _site.LogAsync(Events)).ShouldSatisfyAllConditions(log => log.Length.ShouldBeGreaterThanOrEqualTo(natives.Length), log => log.ShouldAllBe(logged => logged.Publisher == "worker"));
    }

    [Fact]
    public async Task Publish_NamesMakerAndSubject_WhenATicketWasShown()
    {
        (await _site.PostAsync(await TicketAsync("worker", "user-7"), Events, """{"type":"note"}""")).Status.ShouldBe(HttpStatusCode.OK);

        (await _site.LogAsync(Events)).ShouldBe([("note", "worker/user-7")]);
    }

    [Fact]
    public async Task Publish_Is403AndStoresNothing_WhenItEndsTheRunOfAnother()
    {
        await _site.PostAsync("worker", Events, """{"type":"run_started","run_id":"r1"}""");
        var rule = $"/run_id is 'r1', which another publisher started: only that publisher, and who holds 'admin session:{_session}', may end it.";

        var single = await _site.PostAsync("other", Events, """{"type":"run_failed","run_id":"r1"}""");
        (single.Status, single.Title).ShouldBe((HttpStatusCode.Forbidden, rule));
        var many = await _site.PostAsync("other", Events, """[{"type":"note"},{"type":"run_failed","run_id":"r1"}]""");
        (many.Status, many.Title).ShouldBe((HttpStatusCode.Forbidden, $"/1{rule}"));
        (await _site.PostAsync(await TicketAsync("worker", "user-7"), Events, """{"type":"run_failed","run_id":"r1"}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await _site.LogAsync(Events)).ShouldBe([("run_started", "worker")]);

        (await _site.PostAsync("worker-2", Events, """{"type":"run_completed","run_id":"r1"}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"type":"run_completed","run_id":"r1"}""", "admin", HttpStatusCode.OK)]
    [InlineData("""{"type":"run_completed","run_id":"unknown"}""", "other", HttpStatusCode.OK)]
    [InlineData("""{"type":"agent_thought","run_id":"r1","payload":{"content":"x"}}""", "other", HttpStatusCode.OK)]
    [InlineData("""{"type":"run_completed","run_id":"r1"}""", "other", HttpStatusCode.Forbidden)]
    public async Task Publish_AsksForTheOwner_OfAKnownRunAlone(string body, string caller, HttpStatusCode expected)
    {
        await _site.PostAsync("worker", Events, """{"type":"run_started","run_id":"r1"}""");

        (await _site.PostAsync(caller, Events, body)).Status.ShouldBe(expected);
    }

    [Fact]
    public async Task Publish_Is403_WhenAnotherPublisherUsedTheId_AndDuplicateForItsOwn()
    {
        const string Mine = """{"type":"note","event_id":"e1"}""";
        var first = await _site.PostAsync("worker", Events, Mine);

        var taken = await _site.PostAsync("other", Events, Mine);
        (taken.Status, taken.Title).ShouldBe((HttpStatusCode.Forbidden, "/event_id is 'e1', which another publisher has given to an event of this session; give this event another id."));
        var again = await _site.PostAsync("worker-2", Events, Mine);
        (again.Json.GetProperty("outcome").GetString(), again.Json.GetProperty("id").GetString()).ShouldBe(("duplicate", first.Json.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("skip", 5, new[] { "agent_thought", "agent_thought", "agent_thought", "agent_thought" })]
    [InlineData("stop", 3, new[] { "agent_thought", "agent_thought" })]
    public async Task Ingest_TellsItPerLine_WhenALineEndsTheRunOfAnother(string onError, int answered, string[] stored)
    {
        await _site.PostAsync("worker", Events, """{"type":"run_started","run_id":"r1"}""");
        const string Thought = """{"type":"agent_thought","payload":{"content":"x"}}""";
        const string End = """{"type":"agent.run.updated","run":{"id":"r1","status":"failed"}}""";

        var answer = await _site.PostAsync("other", $"/ingest/auto?session_id={_session}&on_error={onError}", string.Join('\n', Thought, Thought, End, Thought, Thought), "application/x-ndjson");

        answer.Status.ShouldBe(HttpStatusCode.OK);
        var lines = answer.Text.TrimEnd().Split('\n');
        lines.Length.ShouldBe(answered);
        lines[2].ShouldStartWith("{\"line\":3,\"error\":\"/run_id is ");
        (await _site.LogAsync(Events)).Skip(1).ShouldBe(stored.Select(type => (type, (string?)"other")));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    public async Task Ingest_Is403_WhenItsOnlyEventEndsTheRunOfAnother(string type)
    {
        await _site.PostAsync("worker", Events, """{"type":"run_started","run_id":"r1"}""");

        var answer = await _site.PostAsync("other", $"/ingest/argos?session_id={_session}", """{"type":"agent.run.updated","run":{"id":"r1","status":"failed"}}""", type);

        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Title.ShouldContain("/run_id is 'r1', which another publisher started");
        (await _site.LogAsync(Events)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Dispatcher_PublishesUnderItsKey_AndLosesOnlyWhatItMayNotPublish()
    {
        await _site.PostAsync("worker", Events, """{"type":"run_started","run_id":"r1"}""");
        await using var services = new ServiceCollection().AddEventDispatcher(options => (options.Server, options.Key) = (_site.Server.Address, _site.KeyOf("other"))).BuildServiceProvider();
        var dispatcher = services.GetRequiredService<EventDispatcher>();

        await dispatcher.PublishAsync(_session, "before", new { }, cancellationToken: Cancel);
        await dispatcher.RunCompletedAsync(_session, "r1", cancellationToken: Cancel);
        await dispatcher.PublishAsync(_session, "behind", new { }, cancellationToken: Cancel);
        var failed = await Should.ThrowAsync<DispatchFailedException>(async () => await dispatcher.FlushAsync(Cancel));

        failed.ToString().ShouldContain("/run_id is 'r1', which another publisher started");
        (await _site.LogAsync(Events)).ShouldBe([("run_started", "worker"), ("before", "other"), ("behind", "other")]);
    }

    private async Task<string> TicketAsync(string maker, string subject) =>
        AccessSite.Ticket(await _site.PostAsync(maker, "/tickets", $$"""{"grants":["subscribe session:{{_session}}","publish session:{{_session}}"],"subject":"{{subject}}"}"""));
}
