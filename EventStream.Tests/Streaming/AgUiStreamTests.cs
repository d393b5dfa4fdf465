using System.Text.Json;
using EventStream.Tests.Dialects.AgUi;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>Streams in the dialect of AG-UI: what comes first, how they end, and what can't be asked for.</summary>
public sealed class AgUiStreamTests : IAsyncDisposable
{
    private const string Session = AgUiSession.Id;

    private readonly TestServer _server = TestServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_TellsWhereThingsStand_AndGoesOn()
    {
        await _server.AppendAsync(Session, AgUiSession.Event("run_started", "{}", "r"), Delta("One"));
        await using var client = await _server.OpenAsync($"/events/{Session}?dialect=agui");
        (await client.NextAsync(3)).Select(item => Member(item.Data, "type")).ShouldBe(["RUN_STARTED", "MESSAGES_SNAPSHOT", "TEXT_MESSAGE_START"]);
        var cursors = await _server.AppendAsync(Session, Delta(" two"));

        var next = await client.NextAsync();
        (next.EventType, next.EventId, Member(next.Data, "delta")).ShouldBe(("message", $"{cursors[0]}", " two"));
        client.Raw.ShouldNotContain("event:");
    }

    [Fact]
    public async Task Get_TellsNothing_OfWhatWasNeverLogged()
    {
        var bus = new TestBus();
        await using var server = TestServer.StartWith(bus);
        await using var client = await server.OpenAsync($"/events/{Session}?dialect=agui");
        await Eventually.TrueAsync(() => bus.Listeners.Count > 0, TestContext.Current.CancellationToken);
        bus.Listeners[0].OnUnlogged(EventStream.Events.EventWriter.ToUtf8(Delta("stray")));
        await server.AppendAsync(Session, AgUiSession.Event("run_started", "{}", "r"));
        Member((await client.NextAsync()).Data, "type").ShouldBe("RUN_STARTED");
    }

    [Fact]
    public async Task Get_KeepsItsConnection_WhileARunGoesOn()
    {
        await using var server = TestServer.Start(new() { ["Streaming:MaxAge"] = "00:00:01" });
        await using var canonical = await server.OpenAsync($"/events/{Session}");
        await using var client = await server.OpenAsync($"/events/{Session}?dialect=agui");
        await server.AppendAsync(Session, AgUiSession.Event("run_started", "{}", "r"));
        await client.NextAsync();
        await canonical.ReadUntilAsync(item => item.EventType == "stream_closing");

        await server.AppendAsync(Session, Delta("One"));
        Member((await client.NextAsync()).Data, "type").ShouldBe("TEXT_MESSAGE_START");
    }

    [Fact]
    public async Task Connect_TellsTheSame_OverWebSocket()
    {
        await _server.AppendAsync(Session, AgUiSession.Event("run_started", "{}", "r"), AgUiSession.Event("run_completed", "{}", "r"), AgUiSession.Event("session_ended", "{}"));
        await using var client = await WebSocketClient.OpenAsync(_server.Address, $"/ws/events/{Session}?dialect=agui&from=earliest&close=session");
        (await client.ReadToEndAsync()).Select(message => message.Type).ShouldBe(["RUN_STARTED", "RUN_FINISHED"]);
    }

    [Theory]
    [InlineData("/events/s?dialect=ag-ui", "dialect is 'ag-ui'")]
    [InlineData("/projects/p/events?dialect=agui", "dialect is 'agui', which")]
    [InlineData("/broadcast/events?dialect=agui", "dialect is 'agui', which")]
    [InlineData("/events/s?dialect=agui&names=native", "names can't")]
    [InlineData("/events/s?dialect=agui&types=run_*", "types can't")]
    [InlineData("/events/s?dialect=agui&run_id=r", "run_id can't")]
    public async Task Get_RefusesWhatCantBeTold(string path, string title)
    {
        var answer = await _server.GetAsync(path);
        ((int)answer.Status, answer.Title![..title.Length]).ShouldBe((400, title));
    }

    private static EventStream.Events.Event Delta(string text) => AgUiSession.Event("agent_message_delta", $$"""{"message_id":"m","delta":"{{text}}"}""", "r");

    private static string? Member(string json, string name) => JsonElement.Parse(json).GetProperty(name).GetString();
}
