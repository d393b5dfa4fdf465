using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.WebSockets;

/// <summary>WebSockets deliver the same events as Server-Sent Events, from the same cursors.</summary>
public sealed class SocketStreamTests : IAsyncDisposable
{
    private const string Session = "s";

    // The log holds five events.
    private readonly TestServer _server = TestServer.Start(new() { ["Log:MaxEvents"] = "5", ["Streaming:Heartbeat"] = "00:00:00.2" });
    private readonly Envelopes _events = new(Session);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Connect_SendsTheVerdictFirst_WithItsCursorInFront()
    {
        await using var client = await OpenAsync($"/ws/events/{Session}");
        (await client.NextAsync()).Text.ShouldMatch(
            """^\{"id":"0-0","event_id":"[^"]+","session_id":"s","timestamp":"[^"]+","type":"session_stream_started","payload":\{"message":"WebSocket connection established","cursor":"0-0","resume":"none","replayed":0\}\}$""");
    }

    [Fact]
    public async Task Connect_SendsTheBytesOfTheEnvelope_AsServerSentEventsHaveThem()
    {
        await using var sse = await _server.OpenAsync($"/events/{Session}");
        await using var client = await OpenAsync($"/ws/events/{Session}");
        await sse.NextAsync();
        await client.NextAsync();
        // The message keeps numbers, escapes, order and unknown members, and 256 KiB arrive whole.
        var large = new string('ä', 100_000);
        await _server.PostAsync($"/events/{Session}", """[{"type":"x.y","payload":{"b":1.0,"a":"\u00e4\/","c":[1e3,{}]},"run_id":"r"},{"type":"agent_thought","payload":{"content":"line\nline"}}]""");
        await _server.PostAsync($"/events/{Session}", $$$"""{"type":"large","payload":{"text":"{{{large}}}"}}""");
        var items = (await sse.ReadUntilAsync(item => item.EventType == "large")).Where(item => item.EventType != "heartbeat").ToList();
        var messages = await client.NextAsync(3);
        messages.Select(message => message.Text).ShouldBe(items.Select(item => $"{{\"id\":\"{item.EventId}\",{item.Data[1..]}"));
        messages[2].Payload.GetProperty("text").GetString().ShouldBe(large);
    }

    [Theory]
    [InlineData(3, "", "none", null, 3, 0)]
    [InlineData(3, "?from=earliest", "none", null, 0, 3)]
    [InlineData(9, "?from=earliest", "none", null, 4, 5)]
    [InlineData(3, "?last_event_id=E-1", "full", null, 1, 2)]
    [InlineData(3, "?lastEventId=E-3", "full", null, 3, 0)]
    [InlineData(3, "?last_event_id=0-0", "full", null, 0, 3)]
    [InlineData(9, "?last_event_id=E-3", "partial", "expired", 4, 5)]
    [InlineData(3, "?last_event_id=1-1", "partial", "epoch_changed", 0, 3)]
    [InlineData(3, "?last_event_id=E-4", "partial", "ahead", 3, 0)]
    [InlineData(3, "?last_event_id=nonsense", "none", "malformed_cursor", 3, 0)]
    [InlineData(3, "?last_event_id=nonsense&from=earliest", "none", "malformed_cursor", 0, 3)]
    public async Task Connect_SendsExactlyWhatFollows_When(int published, string query, string verdict, string? reason, int startOffset, int replayed)
    {
        var cursors = await _server.AppendAsync(Session, _events.Thoughts(published));
        var start = new Cursor(cursors[0].Epoch, startOffset);
        await using var client = await OpenAsync($"/ws/events/{Session}{query.Replace("E-", $"{cursors[0].Epoch}-", StringComparison.Ordinal)}");

        var first = await client.NextAsync();
        (first.Type, first.Id).ShouldBe(("session_stream_started", $"{start}"));
        first.Payload.GetRawText().ShouldBe($$"""{"message":"WebSocket connection established","cursor":"{{start}}","resume":"{{verdict}}",{{(reason is null ? "" : $"\"reason\":\"{reason}\",")}}"replayed":{{replayed}}}""");
        var live = await _server.AppendAsync(Session, _events.Thoughts(2));
        var followed = await client.ReadUntilAsync(message => message.Id == $"{live[1]}");
        followed.Select(message => message.Id).ShouldBe([.. cursors.Where(cursor => cursor > start).Concat(live).Select(cursor => $"{cursor}")]);
    }

    [Fact]
    public async Task Connect_SendsWhatPasses_AndMovesTheCursorByAHeartbeat()
    {
        await using var client = await OpenAsync($"/ws/events/{Session}?types=run_*");
        await client.NextAsync();
        var cursors = await _server.AppendAsync(Session, _events.Thought(), _events.RunStarted("r"), _events.Thought(), _events.Thought());
        var messages = await client.NextAsync(2);
        (messages[0].Type, messages[0].Id).ShouldBe(("run_started", $"{cursors[1]}"));
        (messages[1].Type, messages[1].Id).ShouldBe(("heartbeat", $"{cursors[3]}"));
        messages[1].Payload.GetProperty("cursor").GetString().ShouldBe($"{cursors[3]}");

        // The position is sent once; then only pings follow until an event passes the filter.
        var next = await _server.AppendAsync(Session, _events.RunCompleted("r"));
        (await client.NextAsync()).Id.ShouldBe($"{next[0]}");
    }

    [Theory]
    [InlineData("/ws/projects/p")]
    [InlineData("/ws/broadcast")]
    public async Task Connect_SendsTheEventsOfAllSessions_AndFilters(string path)
    {
        await using var all = await OpenAsync(path);
        await using var ofA = await OpenAsync($"{path}?session_id=a");
        await using var ofRun = await OpenAsync($"{path}?run_id=r&types=agent_*");
        foreach (var client in (WebSocketClient[])[all, ofA, ofRun]) (await client.NextAsync()).Type.ShouldBe("session_stream_started");
        foreach (var session in (string[])["b", "a"])
        {
            await _server.PostAsync($"/events/{session}?broadcast=true", """{"type":"agent_thought","payload":{"content":"1"},"project_id":"p"}""");
            await _server.PostAsync($"/events/{session}?broadcast=true", """{"type":"agent_thought","payload":{"content":"2"},"project_id":"p","run_id":"r"}""");
            await _server.PostAsync($"/events/{session}?broadcast=true", """{"type":"other","payload":{},"project_id":"p","run_id":"r"}""");
        }

        (await EventsAsync(all, 6)).Select(message => message.Session).ShouldBe(["b", "b", "b", "a", "a", "a"]);
        (await EventsAsync(ofA, 3)).ShouldAllBe(message => message.Session == "a");
        (await EventsAsync(ofRun, 2)).Select(message => (message.Session, message.Type)).ShouldBe([("b", "agent_thought"), ("a", "agent_thought")]);
    }

    [Fact]
    public async Task Connect_GoesOnAfterItsCursor_OnAProject()
    {
        for (var i = 0; i < 4; i++) await _server.PostAsync($"/events/s{i}", """{"type":"x","payload":{},"project_id":"p"}""");
        await using var first = await OpenAsync("/ws/projects/p?from=earliest");
        var seen = await first.NextAsync(3);
        await using var again = await OpenAsync($"/ws/projects/p?last_event_id={seen[2].Id}");
        (await again.NextAsync(3)).Skip(1).Select(message => message.Session).ShouldBe(["s2", "s3"]);
    }

    [Fact]
    public async Task Connect_SendsHeartbeats_WhenTheyAreAskedFor()
    {
        await using var client = await OpenAsync($"/ws/events/{Session}?heartbeat=event");
        (await client.NextAsync(3)).Select(message => (message.Type, message.Id)).ShouldBe([("session_stream_started", "0-0"), ("heartbeat", "0-0"), ("heartbeat", "0-0")]);
    }

    [Theory]
    [InlineData("names=native", "AgentExecutionStarted")]
    [InlineData("names=reverb", "run_started")]
    [InlineData("", "run_started")]
    public async Task Connect_WritesTheNamesThatAreAskedFor(string query, string expected)
    {
        await using var client = await OpenAsync($"/ws/events/{Session}?{query}");
        (await client.NextAsync()).Type.ShouldBe("session_stream_started");
        var cursors = await _server.AppendAsync(Session, _events.RunStarted("r") with { SourceType = "AgentExecutionStarted" });
        var message = await client.NextAsync();
        (message.Type, message.Id).ShouldBe((expected, $"{cursors[0]}"));
    }

    [Fact]
    public async Task Connect_SendsWhatOthersPublishUnlogged_WithoutAnId()
    {
        var bus = new TestBus();
        await using var server = TestServer.StartWith(bus);
        await using var client = await WebSocketClient.OpenAsync(server.Address, $"/ws/events/{Session}");
        await client.NextAsync();
        bus.Listeners[0].OnUnlogged(EventWriter.ToUtf8(_events.Thought("aside")));
        var message = await client.NextAsync();
        (message.Id, message.Payload.GetProperty("content").GetString()).ShouldBe((null, "aside"));
        message.Text.ShouldStartWith("""{"event_id":""");
    }

    private static async Task<List<SocketMessage>> EventsAsync(WebSocketClient client, int count)
    {
        var events = new List<SocketMessage>();
        while (events.Count < count)
        {
            if (await client.NextAsync() is { Type: not "heartbeat" } message) events.Add(message);
        }
        return events;
    }

    private Task<WebSocketClient> OpenAsync(string pathAndQuery) => WebSocketClient.OpenAsync(_server.Address, pathAndQuery);
}
