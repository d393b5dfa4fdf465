using EventStream.Bus;
using EventStream.Bus.Http;
using EventStream.Bus.InMemory;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

/// <summary>Native events through the dispatcher: on a bus, and over HTTP.</summary>
public sealed class PublishFromTests : IAsyncDisposable
{
    private const string Call = """{"event":"tool.call","data":{"sessionId":"s","id":"c1","name":"bash","arguments":"{\"command\":\"ls\"}","result":null,"timestamp":"2025-10-15T21:57:12.004Z","agentId":"a"}}""";

    private readonly InMemoryEventBus _bus = new();
    private readonly TestServer _server;

    public PublishFromTests() => _server = TestServer.StartWith(_bus);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PublishFromAsync_StoresTheCanonicalEvent_AndTellsARepetition(bool overHttp)
    {
        await using var dispatcher = new EventDispatcher(AppenderOf(overHttp));
        var receipts = await dispatcher.PublishFromAsync("eddie", $"[{Call},{Call}]", cancellationToken: Cancellation);
        receipts.Select(receipt => receipt.Outcome).ShouldBe([AppendOutcome.Stored, AppendOutcome.Duplicate]);
        var ingested = receipts[0].Events.ShouldHaveSingleItem();
        (ingested.SessionId, ingested.Type, ingested.Receipt.Cursor!.Value.Offset).ShouldBe(("s", "tool_call_started", 1));
        var logged = Envelopes.Read((await _bus.ReadAsync(StreamKey.Session("s"), Cursor.Zero, 10, Cancellation)).Entries.ShouldHaveSingleItem());
        (logged.EventId, logged.Source, logged.SourceType, logged.AgentId).ShouldBe((ingested.Receipt.EventId, "eddie", "tool.call", "a"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PublishFromAsync_TakesTheContext_WhenTheEventLacksASession(bool overHttp)
    {
        await using var dispatcher = new EventDispatcher(AppenderOf(overHttp));
        var context = new IngestContext { SessionId = "other", RunId = "r", ProjectId = "p", ExecutionId = "e" };
        await dispatcher.PublishFromAsync("eddie", """{"type":"error","message":"boom"}""", context, Cancellation);
        var logged = Envelopes.Read((await _bus.ReadAsync(StreamKey.Session("other"), Cursor.Zero, 10, Cancellation)).Entries.ShouldHaveSingleItem());
        (logged.Type, logged.RunId, logged.ProjectId, logged.ExecutionId).ShouldBe(("run_error", "r", "p", "e"));
    }

    [Theory]
    [InlineData(false, "nope", "{}", "source 'nope' isn't known; the sources are eddie, ")]
    [InlineData(true, "nope", "{}", "source 'nope' isn't known; the sources are eddie, ")]
    [InlineData(false, "eddie", "[7]", "/0 is wrong: A native event must be a JSON object.")]
    [InlineData(true, "eddie", "[7]", "/0 is wrong: A native event must be a JSON object.")]
    public async Task PublishFromAsync_NamesTheRule_WhenTheInputIsBad(bool overHttp, string source, string json, string message)
    {
        await using var dispatcher = new EventDispatcher(AppenderOf(overHttp));
        (await Should.ThrowAsync<EventRejectedException>(() => dispatcher.PublishFromAsync(source, json, cancellationToken: Cancellation))).Message.ShouldContain(message);
    }

    [Fact]
    public async Task PublishFromAsync_SaysWhatItNeeds_WhenTheAppenderCannotRead()
    {
        await using var dispatcher = new EventDispatcher(new ScriptedAppender());
        (await Should.ThrowAsync<NotSupportedException>(() => dispatcher.PublishFromAsync("eddie", Call, cancellationToken: Cancellation))).Message.ShouldContain("IEventBus or an HttpEventAppender");
    }

    private IEventAppender AppenderOf(bool overHttp) => overHttp ? new HttpEventAppender(new HttpClient { BaseAddress = _server.Address }) : _bus;
}
