using System.Text;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.WebSockets;

/// <summary>Every end that the server chooses: the frame that gives the reason, and the close code after it.</summary>
public sealed class SocketEndTests : IAsyncDisposable
{
    private const string Session = "s";

    private readonly TestBus _bus = new();
    private readonly TestServer _server;
    private readonly Envelopes _events = new(Session);

    public SocketEndTests() => _server = TestServer.StartWith(_bus, new() { ["Streaming:JoinTimeout"] = "00:00:00.2" });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("close=session", "session_ended")]
    [InlineData("close=terminal&run_id=r", "run_ended")]
    public async Task Connect_EndsWith1000_WhenWhatItWaitsForHasEnded(string query, string reason)
    {
        await using var client = await OpenAsync($"/ws/events/{Session}?{query}");
        var end = reason == "session_ended" ? _events.SessionEnded() : _events.RunCompleted("r");
        var cursors = await _server.AppendAsync(Session, _events.Thought(runId: "r"), end, _events.Thought());
        var messages = await client.EndsAsync(reason, 1000);
        messages.Skip(1).Select(message => message.Id).ShouldBe([$"{cursors[0]}", $"{cursors[1]}", $"{cursors[1]}"]);

        // A client that returns with the last position, or a later one, gets only the closing.
        foreach (var cursor in (string[])[messages[^1].Id!, $"{cursors[2]}"])
        {
            await using var again = await OpenAsync($"/ws/events/{Session}?{query}&last_event_id={cursor}");
            (await again.EndsAsync(reason, 1000)).Count.ShouldBe(1);
        }
        await using var before = await OpenAsync($"/ws/events/{Session}?{query}&last_event_id={cursors[0]}");
        (await before.EndsAsync(reason, 1000)).Select(message => message.Type).ShouldBe(["session_stream_started", end.Type, "stream_closing"]);
    }

    [Fact]
    public async Task Connect_EndsWith1000_WhenTheSessionIsDeleted()
    {
        await _server.AppendAsync(Session, _events.Thoughts(2));
        await using var client = await OpenAsync($"/ws/events/{Session}");
        await client.NextAsync();
        await _server.DeleteAsync($"/events/{Session}");
        var messages = await client.EndsAsync("session_deleted", 1000);
        messages.Select(message => message.Type).ShouldBe(["session_deleted", "stream_closing"]);
        await using var again = await OpenAsync($"/ws/events/{Session}?last_event_id={messages[^1].Id}");
        (await again.EndsAsync("session_deleted", 1000)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Connect_EndsWith1001_WhenTheConnectionIsOld()
    {
        await using var server = TestServer.Start(new() { ["Streaming:MaxAge"] = "00:00:01" });
        var cursors = await server.AppendAsync(Session, _events.Thoughts(3));
        await using var client = await WebSocketClient.OpenAsync(server.Address, $"/ws/events/{Session}?from=earliest");
        (await client.EndsAsync("rotation", 1001))[^1].Id.ShouldBe($"{cursors[2]}");
    }

    [Theory]
    [InlineData("/ws/events/bad%20id", "session_id")]
    [InlineData("/ws/events/broadcast", "broadcast")]
    [InlineData("/ws/projects/bad%20id", "project")]
    [InlineData("/ws/events/s?types=BAD", "types holds 'BAD'")]
    [InlineData("/ws/events/s?run_id=bad%20id", "run_id")]
    [InlineData("/ws/events/s?from=x", "from is 'x'")]
    [InlineData("/ws/events/s?close=x", "close is 'x'")]
    [InlineData("/ws/events/s?close=terminal", "close is terminal and needs run_id")]
    [InlineData("/ws/projects/p?close=session", "close is 'session'")]
    [InlineData("/ws/broadcast?session_id=bad%20id", "session_id")]
    [InlineData("/ws/events/s?names=x", "names is 'x'")]
    [InlineData("/ws/events/s?frame=x", "frame is 'x'")]
    [InlineData("/ws/events/s?frame=event-data&names=native", "names can't be chosen with frame=event-data")]
    [InlineData("/ws/events/s?heartbeat=x", "heartbeat is 'x'")]
    public async Task Connect_EndsWith1008_WhenTheRequestIsWrong(string path, string message)
    {
        await using var client = await OpenAsync(path);
        var closing = (await client.EndsAsync("refused", 1008)).Single();
        closing.Id.ShouldBeNull();
        closing.Payload.GetProperty("message").GetString()!.ShouldContain(message);
        _server.Feeds.OpenStreams.ShouldBe(0);
    }

    [Theory]
    [InlineData(1000, 1, 1, false, "too_many_messages", 1008)]
    [InlineData(1, 65_536, 1, true, "messages_too_large", 1009)]
    [InlineData(1, 65_536, 300, false, "messages_too_large", 1009)]
    [InlineData(64, 1024, 3, true, "messages_too_large", 1009)]
    public async Task Connect_IgnoresWhatTheClientSays_UpToTheBound(int messages, int bytes, int pieces, bool isBinary, string reason, int status)
    {
        await using var client = await OpenAsync($"/ws/events/{Session}");
        await client.NextAsync();
        for (var i = 0; i < messages; i++) await SendAsync(client, bytes, pieces, isBinary);
        var cursors = await _server.AppendAsync(Session, _events.Thought());
        (await client.NextAsync()).Id.ShouldBe($"{cursors[0]}");

        await SendAsync(client, 1, 1, isBinary);
        var closing = (await client.EndsAsync(reason, status)).ShouldHaveSingleItem();
        closing.Payload.GetProperty("message").GetString()!.ShouldContain(status == 1009 ? "65536 bytes" : "1000 messages");
    }

    [Theory]
    [InlineData(RawWebSocket.TextFrame, false)]
    [InlineData(RawWebSocket.BinaryFrame, true)]
    public async Task Connect_EndsWith1008_WhenTheClientGoesOnSayingNothing(byte opcode, bool isFinal)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var client = await RawWebSocket.OpenAsync(_server.Address.Port, $"/ws/events/{Session}", cancellationToken);
        // Many empty messages, or one message of many empty pieces.
        for (var i = 0; i < 1001; i++) await client.SendAsync(i == 0 || isFinal ? opcode : (byte)0, default, cancellationToken, isFinal);
        await AssertEndsAsync(client, 1008, cancellationToken);
    }

    [Fact]
    public async Task Connect_TellsWhy_WhenTheClientIsStillTalking()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        for (var i = 0; i < 20; i++)
        {
            using var client = await RawWebSocket.OpenAsync(_server.Address.Port, $"/ws/events/{Session}", cancellationToken);
            // The client sends far more than the bound before it reads. If the server closed the connection with unread bytes, the kernel would reset it, and the client would lose the reason.
            for (var j = 0; j < 20; j++) await client.SendAsync(RawWebSocket.BinaryFrame, new byte[30_000], cancellationToken);
            await AssertEndsAsync(client, 1009, cancellationToken);
        }
    }

    [Fact]
    public async Task Connect_EndsWith1011_WhenTheServerFails()
    {
        var cursors = await _server.AppendAsync(Session, _events.Thoughts(2000));
        // The first page arrives, the second is a defect.
        _bus.Page = page =>
        {
            if (page.Entries.Count > 1) _bus.ReadAnswers = BusAnswers.Defect;
            return page;
        };
        await using var client = await OpenAsync($"/ws/events/{Session}?from=earliest");
        var messages = await client.EndsAsync("error", 1011);
        var sent = messages.Skip(1).SkipLast(1).Select(message => message.Id).ToList();
        sent.ShouldBe([.. cursors.Take(sent.Count).Select(cursor => $"{cursor}")]);
        // The frame has no id, so the client keeps its own position: not every event that the connection took was sent.
        messages[^1].Id.ShouldBeNull();
        await Eventually.TrueAsync(() => _server.Feeds.OpenStreams == 0, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connect_EndsWith1013_WhenTheBusIsAway(bool hangs)
    {
        _bus.Answers = hangs ? BusAnswers.Never : BusAnswers.Unavailable;
        await using var client = await OpenAsync($"/ws/events/{Session}");
        (await client.EndsAsync("unavailable", 1013)).Count.ShouldBe(1);
        await Eventually.TrueAsync(() => _server.Feeds.OpenStreams == 0 && _server.Feeds.Count == 0, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("MaxStreams")]
    [InlineData("MaxStreamsPerKey")]
    [InlineData("MaxFeeds")]
    public async Task Connect_EndsWith1013_WhenALimitIsReached(string limit)
    {
        await using var server = TestServer.Start(new() { [$"Streaming:{limit}"] = "1" });
        await using var first = await server.OpenAsync("/events/a");
        await first.NextAsync();
        await using var client = await WebSocketClient.OpenAsync(server.Address, limit == "MaxFeeds" ? "/ws/events/b" : "/ws/events/a");
        (await client.EndsAsync("busy", 1013)).Single().Id.ShouldBeNull();
        server.Feeds.OpenStreams.ShouldBe(1);
    }

    private static async Task AssertEndsAsync(RawWebSocket client, int code, CancellationToken cancellationToken)
    {
        var frames = new List<(byte Opcode, byte[] Payload)>();
        while (frames.Count == 0 || frames[^1].Opcode != RawWebSocket.CloseFrame)
        {
            var frame = await client.ReadFrameAsync(cancellationToken);
            frame.ShouldNotBeNull("The connection was cut without a farewell.");
            frames.Add(frame.Value);
        }
        Encoding.UTF8.GetString(frames[^2].Payload).ShouldContain("\"type\":\"stream_closing\"");
        RawWebSocket.CodeOf(frames[^1].Payload).ShouldBe(code);
    }

    private static async Task SendAsync(WebSocketClient client, int bytes, int pieces, bool isBinary)
    {
        var message = Encoding.ASCII.GetBytes(new string('x', bytes));
        var length = (bytes + pieces - 1) / pieces;
        for (var at = 0; at < bytes; at += length) await client.SendAsync(message.AsMemory(at, Math.Min(length, bytes - at)), isBinary, at + length >= bytes);
    }

    private Task<WebSocketClient> OpenAsync(string pathAndQuery) => WebSocketClient.OpenAsync(_server.Address, pathAndQuery);
}
