using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using EventStream.Api.Streaming.Delivery;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Listening;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

public sealed class CloseModeTests : IAsyncDisposable
{
    private const string Session = "s";

    private readonly TestServer _server = TestServer.Start(new() { ["Log:MaxEvents"] = "8" });
    private readonly Envelopes _events = new(Session);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("close=session", "session_ended")]
    [InlineData("close=terminal&run_id=r", "run_ended")]
    [InlineData("close=session&types=tool_*", "session_ended")]
    [InlineData("close=terminal&run_id=r&types=tool_*", "run_ended")]
    public async Task Get_EndsAfterTheEvent_WhenItIsPublished(string query, string reason)
    {
        await using var client = await _server.OpenAsync($"/events/{Session}?{query}");
        var end = reason == "session_ended" ? _events.SessionEnded() : _events.RunCompleted("r");
        var cursors = await _server.AppendAsync(Session, _events.RunCompleted("other"), end, _events.Thought(), _events.Thought());
        var items = await client.ReadToEndAsync();
        AssertClosing(items[^1], reason, cursors[1]);
        var isHidden = query.Contains("types", StringComparison.Ordinal);
        if (isHidden) items.Count.ShouldBe(2);
        else items[^2].EventId.ShouldBe($"{cursors[1]}");

        (await StatusAsync(query, client.LastId!)).ShouldBe(HttpStatusCode.NoContent);
        (await StatusAsync(query, $"{cursors[3]}")).ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("close=session", "session_ended")]
    [InlineData("close=terminal&run_id=r", "run_ended")]
    public async Task Get_ReplaysOnceAndEnds_WhenTheEndIsInTheLog(string query, string reason)
    {
        var end = reason == "session_ended" ? _events.SessionEnded() : _events.RunFailed("r");
        var cursors = await _server.AppendAsync(Session, _events.RunStarted("r"), end, _events.Thought());
        await using var client = await _server.OpenAsync($"/events/{Session}?from=earliest&{query}");
        var items = await client.ReadToEndAsync();
        items.Select(item => item.EventId).ShouldBe([$"{cursors[0].Previous}", $"{cursors[0]}", $"{cursors[1]}", $"{cursors[1]}"]);
        AssertClosing(items[^1], reason, cursors[1]);

        await using var resumed = await _server.OpenAsync($"/events/{Session}?{query}", $"{cursors[0]}");
        (await resumed.ReadToEndAsync()).Select(item => item.EventId).ShouldBe([$"{cursors[0]}", $"{cursors[1]}", $"{cursors[1]}"]);
    }

    [Theory]
    [InlineData("close=session")]
    [InlineData("close=terminal&run_id=r")]
    public async Task Get_EndsAtOnceWithoutACursor_WhenTheEndLiesBehind(string query)
    {
        await _server.AppendAsync(Session, _events.RunCancelled("r"), _events.SessionEnded());
        await using var client = await _server.OpenAsync($"/events/{Session}?{query}");
        var items = await client.ReadToEndAsync();
        items.Select(item => item.EventType).ShouldBe(["session_stream_started", "stream_closing"]);
        (await StatusAsync(query, items[^1].EventId!)).ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("close=session", "session_ended")]
    [InlineData("close=terminal&run_id=r", "run_ended")]
    public async Task Get_Ends_WhenTheEndWasTrimmed(string query, string reason)
    {
        var end = reason == "session_ended" ? _events.SessionEnded() : _events.RunCompleted("r");
        var cursors = await _server.AppendAsync(Session, [_events.Thought(), end, .. _events.Thoughts(8)]);
        await using var fresh = await _server.OpenAsync($"/events/{Session}?from=earliest&{query}");
        AssertClosing((await fresh.ReadToEndAsync())[^1], reason);
        await using var late = await _server.OpenAsync($"/events/{Session}?{query}", $"{cursors[0]}");
        AssertClosing((await late.ReadToEndAsync())[^1], reason);
        (await StatusAsync(query, $"{cursors[1]}")).ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public void Over_IsTold_ForEveryCursor_WhenTheRunEndedInAnEarlierEpoch()
    {
        var request = new StreamRequest
        {
            Stream = StreamKey.Session(Session),
            From = StartFrom.After(new Cursor(1, 1)),
            Filter = FilterQuery.Parse(StreamKey.Session(Session), new QueryCollection(new Dictionary<string, StringValues> { ["run_id"] = "r" })),
            Close = CloseMode.Terminal,
            HeartbeatEvents = false,
        };
        var log = new LogPage { Entries = [], Head = new Cursor(9, 3), First = new Cursor(9, 1), Count = 3 };
        Endings.Over(request, log, new Cursor(9, 0)).ShouldBe(SubscriberEnd.RunEnded);
        Endings.Over(request, log, new Cursor(9, 2)).ShouldBe(SubscriberEnd.None);
        Endings.Over(request, log, null).ShouldBe(SubscriberEnd.None);
        Endings.AlreadyReached(request, log, new Cursor(9, 0), Cursor.Zero).ShouldBe(SubscriberEnd.RunEnded);
        Endings.AlreadyReached(request, log, new Cursor(9, 2), Cursor.Zero).ShouldBe(SubscriberEnd.None);
    }

    [Theory]
    [InlineData("")]
    [InlineData("close=never")]
    [InlineData("close=session")]
    [InlineData("close=terminal&run_id=r")]
    public async Task Get_Ends_WhenTheSessionIsDeleted(string query)
    {
        await _server.AppendAsync(Session, _events.Thoughts(2));
        await using var client = await _server.OpenAsync($"/events/{Session}?{query}");
        await client.NextAsync();
        using var deleted = await _server.Client.DeleteAsync(new Uri($"/events/{Session}", UriKind.Relative), TestContext.Current.CancellationToken);
        var items = await client.ReadToEndAsync();
        AssertClosing(items[^1], "session_deleted");
        if (!query.Contains("run_id", StringComparison.Ordinal)) items[0].EventType.ShouldBe("session_deleted");
        (await StatusAsync(query, client.LastId!)).ShouldBe(HttpStatusCode.NoContent);

        // A client without a cursor, or with an older one, is told once; the cursor that it got then stops it.
        foreach (var cursor in (string?[])[null, "1-1"])
        {
            await using var again = await _server.OpenAsync($"/events/{Session}?{query}", cursor);
            var told = await again.ReadToEndAsync();
            AssertClosing(told[^1], "session_deleted");
            (await StatusAsync(query, told[^1].EventId!)).ShouldBe(HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public async Task Get_Ends_WhenAPublisherSaysThatTheSessionIsDeleted()
    {
        await _server.AppendAsync(Session, _events.Thoughts(2));
        await using var client = await _server.OpenAsync($"/events/{Session}");
        await client.NextAsync();
        await _server.AppendAsync(Session, [_events.SessionDeleted()]);

        (await client.ReadToEndAsync()).Select(item => item.EventType).ShouldBe(["session_deleted", "stream_closing"]);
        (await StatusAsync("", client.LastId!)).ShouldBe(HttpStatusCode.NoContent);
        await using var replay = await _server.OpenAsync($"/events/{Session}?from=earliest");
        AssertClosing((await replay.ReadToEndAsync())[^1], "session_deleted");
    }

    [Fact]
    public async Task Get_GoesOn_WhenADeletedSessionIsWrittenAgain()
    {
        await _server.AppendAsync(Session, _events.Thought());
        var deletion = await _server.Bus.DeleteAsync(StreamKey.Session(Session), TestContext.Current.CancellationToken);
        var cursors = await _server.AppendAsync(Session, _events.Thought());
        await using var client = await _server.OpenAsync($"/events/{Session}", $"{deletion}");
        (await client.NextAsync(2)).Select(item => item.EventId).ShouldBe([$"{cursors[0].Previous}", $"{cursors[0]}"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("close=terminal&run_id=other")]
    public async Task Get_StaysOpen_WhenTheEndIsNotItsOwn(string query)
    {
        var cursors = await _server.AppendAsync(Session, _events.RunCompleted("r"), _events.SessionEnded());
        await using var client = await _server.OpenAsync($"/events/{Session}?from=earliest&{query}", $"{cursors[0].Previous}");
        var more = await _server.AppendAsync(Session, _events.Thought(runId: "other"));
        (await client.ReadUntilAsync(item => item.EventId == $"{more[0]}"))[^1].EventType.ShouldBe("agent_thought");
    }

    [Fact]
    public async Task Get_StaysOpen_WhenTheSessionWasStartedAgain()
    {
        var cursors = await _server.AppendAsync(Session, _events.SessionEnded(), _events.SessionStarted());
        await using var client = await _server.OpenAsync($"/events/{Session}?close=session", $"{cursors[1]}");
        await client.NextAsync();
        await _server.AppendAsync(Session, _events.Thought());
        (await client.NextAsync()).EventType.ShouldBe("agent_thought");
    }

    [Theory]
    [InlineData("close=session")]
    [InlineData("close=terminal&run_id=r")]
    public async Task Get_StaysOpen_WhenTheEndWasOnlyAnnounced(string query)
    {
        var bus = new TestBus();
        await using var server = TestServer.StartWith(bus);
        await using var client = await server.OpenAsync($"/events/{Session}?{query}");
        await client.NextAsync();
        foreach (var announced in (Event[])[_events.SessionEnded() with { RunId = "r" }, _events.RunCompleted("r"), _events.SessionEnded() with { Type = "session_deleted", RunId = "r" }])
            bus.Listeners[0].OnUnlogged(EventWriter.ToUtf8(announced));
        var items = await client.NextAsync(3);
        items.Select(item => item.EventId).ShouldAllBe(id => id == null);
        await server.AppendAsync(Session, _events.Thought(runId: "r"));
        (await client.NextAsync()).EventType.ShouldBe("agent_thought");
    }

    [Theory]
    [InlineData("close=session", "session_ended")]
    [InlineData("close=terminal&run_id=r", "run_ended")]
    public async Task Get_Ends_WhenTheEndIsAmongTheEventsThatAreGone(string query, string reason)
    {
        var bus = new TestBus(new LogOptions { MaxEvents = 8 });
        await using var server = TestServer.StartWith(bus);
        await server.AppendAsync(Session, _events.RunStarted("r"));
        await using var client = await server.OpenAsync($"/events/{Session}?{query}");
        await client.NextAsync();
        bus.Announce = _ => [];
        await server.AppendAsync(Session, [reason == "session_ended" ? _events.SessionEnded() : _events.RunCompleted("r"), .. _events.Thoughts(8)]);
        bus.Listeners[0].OnInterrupted();
        var items = await client.ReadToEndAsync();
        items[0].EventType.ShouldBe("stream_gap");
        AssertClosing(items[^1], reason);
    }

    [Theory]
    [InlineData("close=session&types=agent_*")]
    [InlineData("close=terminal&run_id=r&types=agent_*")]
    public async Task Get_AsksTheBusNothing_WhenNoGapHidesAnEnd(string query)
    {
        var bus = new TestBus();
        await using var server = TestServer.StartWith(bus);
        await using var client = await server.OpenAsync($"/events/{Session}?{query}");
        await client.NextAsync();
        var reads = bus.Reads;

        foreach (var thought in _events.Thoughts(5, runId: "r"))
        {
            await server.AppendAsync(Session, thought);
            await client.NextAsync();
        }

        bus.Reads.ShouldBe(reads);
    }

    [Fact]
    public async Task Get_StaysOpen_WhenTheSessionWasStartedAgainUnheard()
    {
        var bus = new TestBus();
        await using var server = TestServer.StartWith(bus);
        await using var watching = await server.OpenAsync($"/events/{Session}");
        await watching.NextAsync();
        var cursors = await server.AppendAsync(Session, _events.Thought(), _events.SessionEnded());
        await watching.NextAsync(2);
        bus.Announce = _ => [];
        await server.AppendAsync(Session, _events.SessionStarted());
        await using var client = await server.OpenAsync($"/events/{Session}?close=session", $"{cursors[1]}");
        client.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.NextAsync()).EventType.ShouldBe("session_stream_started");
    }

    private async Task<HttpStatusCode> StatusAsync(string query, string cursor)
    {
        await using var client = await _server.OpenAsync($"/events/{Session}?{query}", cursor);
        if (client.Response.StatusCode == HttpStatusCode.NoContent) client.Response.Content.Headers.ContentLength.ShouldBeOneOf(0, null);
        return client.Response.StatusCode;
    }

    private static void AssertClosing(SseItem<string> item, string reason, Cursor? at = null)
    {
        item.EventType.ShouldBe("stream_closing");
        if (at is not null) item.EventId.ShouldBe($"{at}");
        JsonDocument.Parse(item.Data).RootElement.GetProperty("payload").GetRawText().ShouldBe($$"""{"reason":"{{reason}}","reconnect":false}""");
    }
}
