using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Clients;

/// <summary>Clients of other authors: the packages <c>ws</c> and <c>reconnecting-websocket</c>.</summary>
[Needs(Need.NodeClients)]
public sealed class NodeClientTests
{
    private const string Session = "s";

    private readonly Envelopes _events = new(Session);

    [Fact]
    public async Task Ws_ReadsAStream_AnswersPings_AndSeesItsEnd()
    {
        // These settings allow an answer to a ping 1.5 seconds.
        await using var server = TestServer.Start(new() { ["Streaming:Heartbeat"] = "00:00:00.2", ["Streaming:WriteTimeout"] = "00:00:00.1" });
        await using var node = NodeScript.Start("watch.js", Address(server.Address, $"/ws/events/{Session}?close=session"));
        await Eventually.TrueAsync(() => node.Lines.Count(line => line == "ping") > 12, TestContext.Current.CancellationToken);
        var cursors = await server.AppendAsync(Session, _events.Thought("ä\u2028\"\n"), _events.SessionEnded());
        await node.EndsAsync();

        var lines = node.Lines.Where(line => line != "ping").ToList();
        lines.Count.ShouldBe(5);
        lines[..4].ShouldAllBe(line => line.StartsWith("message {\"id\":\"", StringComparison.Ordinal));
        var messages = lines[..4].Select(line => new SocketMessage(line["message ".Length..])).ToList();
        messages.Select(message => message.Type).ShouldBe(["session_stream_started", "agent_thought", "session_ended", "stream_closing"]);
        messages.Select(message => message.Id).ShouldBe(["0-0", $"{cursors[0]}", $"{cursors[1]}", $"{cursors[1]}"]);
        messages[1].Payload.GetProperty("content").GetString().ShouldBe("ä\u2028\"\n");
        lines[4].ShouldBe("close 1000 session_ended");
    }

    [Fact]
    public async Task ReconnectingWebSocket_SeesEveryEventOnce_WhateverEndsItsConnections()
    {
        const int Before = 1500, Each = 50;
        var bus = new TestBus();
        // The server ends each connection after about a second.
        await using var server = TestServer.StartWith(bus, new() { ["Streaming:MaxAge"] = "00:00:01", ["Streaming:JoinTimeout"] = "00:00:00.5" });
        await using var relay = new TcpRelay(server.Address.Port);
        var ids = new List<string>();
        await PublishAsync(Before);
        bus.Page = page =>
        {
            if (page.Entries.Count > 1) bus.ReadAnswers = BusAnswers.Defect;
            return page;
        };
        await using var node = NodeScript.Start("follow.js", Address(new Uri($"http://127.0.0.1:{relay.Port}"), $"/ws/events/{Session}?from=earliest&close=session"));

        await node.PrintsAsync(line => line == "close 1011");
        bus.Page = page => page;
        bus.ReadAnswers = BusAnswers.Unavailable;
        await PublishAsync(Each);
        await node.PrintsAsync(line => line == "close 1013");
        bus.ReadAnswers = BusAnswers.Always;
        await SeenAsync();

        relay.Cut();
        await PublishAsync(Each);
        await node.PrintsAsync(line => line == "close 1006");
        await SeenAsync();

        await node.PrintsAsync(line => line == "close 1001");
        ids.AddRange((await server.AppendAsync(Session, _events.SessionEnded())).Select(cursor => $"{cursor}"));
        await node.EndsAsync();
        node.Lines[^1].ShouldBe("close 1000");
        node.Lines.Where(line => line.StartsWith("event ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).ShouldBe(ids);

        async Task PublishAsync(int count) => ids.AddRange((await server.AppendAsync(Session, _events.Thoughts(count))).Select(cursor => $"{cursor}"));

        Task SeenAsync() => node.PrintsAsync(line => line.StartsWith($"event {ids[^1]} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReconnectingWebSocket_StaysAway_WhenItIsRefused()
    {
        await using var server = TestServer.Start();
        await using var node = NodeScript.Start("follow.js", Address(server.Address, $"/ws/events/{Session}?types=BAD"));
        await node.EndsAsync();
        node.Lines.ShouldBe(["close 1008"]);
    }

    private static string Address(Uri server, string pathAndQuery) => $"ws://{server.Authority}{pathAndQuery}";
}
