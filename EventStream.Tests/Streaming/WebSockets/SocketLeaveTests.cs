using System.Diagnostics;
using System.Net.WebSockets;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.WebSockets;

/// <summary>Clients that close, vanish or stop reading: the server keeps nothing of them and doesn't wait for them.</summary>
public sealed class SocketLeaveTests
{
    private const string Session = "s";
    private const int EventBytes = 16_000;

    private readonly Envelopes _events = new(Session);

    [Fact]
    public async Task Close_IsAnswered_AndLeavesNothingBehind()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bus = new TestBus();
        await using var server = TestServer.StartWith(bus, new() { ["Streaming:Linger"] = "00:00:00.1" });
        string[] paths = ["/ws/events/a", "/ws/events/b", "/ws/projects/p", "/ws/broadcast"];
        var clients = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            var client = await WebSocketClient.OpenAsync(server.Address, paths[i % paths.Length]);
            await client.NextAsync();
            return client;
        }));
        (server.Feeds.OpenStreams, server.Feeds.Count, bus.Listeners.Count).ShouldBe((40, 4, 4));
        foreach (var (i, client) in clients.Index())
        {
            var code = i % 2 == 0 ? WebSocketCloseStatus.NormalClosure : (WebSocketCloseStatus)4001;
            if (i < 30)
            {
                await client.CloseAsync(code, "enough");
                client.CloseCode.ShouldBe((int)code);
            }
            // The others vanish without a close frame.
            await client.DisposeAsync();
        }
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, cancellationToken);
        await Eventually.TrueAsync(() => server.Feeds.Count == 0 && bus.Listeners.Count == 0, cancellationToken);
    }

    [Fact]
    public async Task Close_IsAnswered_WhenItSaysNothing()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start();
        using var client = await RawWebSocket.OpenAsync(server.Address.Port, $"/ws/events/{Session}", cancellationToken);
        (await client.ReadFrameAsync(cancellationToken))!.Value.Opcode.ShouldBe(RawWebSocket.TextFrame);
        await client.SendAsync(RawWebSocket.CloseFrame, default, cancellationToken);
        var answer = await client.ReadFrameAsync(cancellationToken);
        (answer!.Value.Opcode, RawWebSocket.CodeOf(answer.Value.Payload)).ShouldBe((RawWebSocket.CloseFrame, 1000));
        (await client.ReadFrameAsync(cancellationToken)).ShouldBeNull();
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, cancellationToken);
    }

    [Fact]
    public async Task End_WaitsSomeSecondsOnly_ForAnAnswerThatNeverComes()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start();
        using var mute = await RawWebSocket.OpenAsync(server.Address.Port, $"/ws/events/{Session}?close=session", cancellationToken);
        await server.AppendAsync(Session, _events.SessionEnded());
        var opcodes = new List<byte>();
        while (await mute.ReadFrameAsync(cancellationToken) is { } frame) opcodes.Add(frame.Opcode);
        opcodes[^1].ShouldBe(RawWebSocket.CloseFrame);
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, cancellationToken);
    }

    [Fact]
    public async Task Silence_EndsTheStream_WhenPingsAreNoLongerAnswered()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start(new() { ["Streaming:Heartbeat"] = "00:00:00.2", ["Streaming:WriteTimeout"] = "00:00:00.3" });
        using var client = await RawWebSocket.OpenAsync(server.Address.Port, $"/ws/events/{Session}", cancellationToken);
        (await client.ReadFrameAsync(cancellationToken))!.Value.Opcode.ShouldBe(RawWebSocket.TextFrame);
        // Longer than the 4.5 seconds within which the client must answer a ping.
        for (var i = 0; i < 25; i++)
        {
            var (opcode, payload) = (await client.ReadFrameAsync(cancellationToken))!.Value;
            opcode.ShouldBe(RawWebSocket.PingFrame);
            await client.SendAsync(RawWebSocket.PongFrame, payload, cancellationToken);
        }
        server.Feeds.OpenStreams.ShouldBe(1);
        // The client's kernel reads on, as when a program hangs, but no ping is answered any more.
        while (await client.ReadFrameAsync(cancellationToken) is { } frame) frame.Opcode.ShouldBe(RawWebSocket.PingFrame);
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, cancellationToken);
    }

    [Fact]
    public async Task Silence_EndsTheStream_WhenTheNetworkSwallowsEverything()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start(new() { ["Streaming:Heartbeat"] = "00:00:00.2", ["Streaming:WriteTimeout"] = "00:00:00.1" });
        await using var relay = new TcpRelay(server.Address.Port);
        await using var client = await WebSocketClient.OpenAsync(new Uri($"http://127.0.0.1:{relay.Port}"), $"/ws/events/{Session}");
        await client.NextAsync();
        var connection = relay.Connections.Single();
        (connection.SwallowsAnswer, connection.SwallowsRequest) = (_ => true, _ => true);
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, cancellationToken);
    }

    [Fact]
    public async Task Silence_KeepsTheClient_WhenItReadsAKilobyteAtATime()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start(new() { ["Streaming:Heartbeat"] = "00:00:00.5", ["Streaming:WriteTimeout"] = "00:00:02", ["Log:MaxBytes"] = "100000000" });
        using var ended = new Measurements(server, "eventstream.streams.ended");
        await PublishAsync(server, 2000);
        using var client = await RawWebSocket.OpenAsync(server.Address.Port, $"/ws/events/{Session}?from=earliest", cancellationToken, receiveBytes: 2048);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var buffer = new byte[1024];
        // The loop lasts as long as four timeouts, in which no ping has reached the client.
        for (var i = 0; i < 40; i++)
        {
            await pace.WaitForNextTickAsync(cancellationToken);
            (await client.ReadSomeAsync(buffer, cancellationToken)).ShouldBeGreaterThan(0);
        }
        server.Feeds.OpenStreams.ShouldBe(1);
        ended.Sum.ShouldBe(0);
    }

    [Fact]
    public async Task Write_CutsTheClientOff_WhenItTakesNothing()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start(new() { ["Streaming:WriteTimeout"] = "00:00:00.5" });
        using var ended = new Measurements(server, "eventstream.streams.ended");
        using var deaf = await RawWebSocket.OpenAsync(server.Address.Port, $"/ws/events/{Session}", cancellationToken, receiveBytes: 4096);
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 1, cancellationToken);
        await using var client = await WebSocketClient.OpenAsync(server.Address, $"/ws/events/{Session}");
        await client.NextAsync();
        // Each batch reaches the healthy client, both while the other is stuck and after it was cut off.
        for (var i = 0; i < 6; i++)
        {
            var batch = await PublishAsync(server, 200);
            (await client.NextAsync(200)).Select(message => message.Id!).ShouldBe(batch);
        }
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 1, cancellationToken);
        await Eventually.TrueAsync(() => ended.HasTag("slow_consumer"), cancellationToken);
        (await PublishAsync(server, 1)).ShouldBe([(await client.NextAsync()).Id!]);
    }

    [Fact]
    public async Task Write_HoldsNoMoreThanItsBounds_ForAClientThatTakesNothing()
    {
        const int Stuck = 20, Count = 2000;
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start(new() { ["Streaming:WriteTimeout"] = "00:10:00", ["Log:MaxBytes"] = "100000000" });
        using var delivered = new Measurements(server, "eventstream.events.delivered");
        var deaf = new List<RawWebSocket>();
        try
        {
            for (var i = 0; i < Stuck; i++) deaf.Add(await RawWebSocket.OpenAsync(server.Address.Port, $"/ws/events/{Session}", cancellationToken, receiveBytes: 4096));
            await Eventually.TrueAsync(() => server.Feeds.OpenStreams == Stuck, cancellationToken);
            await using var client = await WebSocketClient.OpenAsync(server.Address, $"/ws/events/{Session}");
            await client.NextAsync();
            var expected = await PublishAsync(server, Count);
            (await client.NextAsync(Count)).Select(message => message.Id!).ShouldBe(expected);
            server.Feeds.OpenStreams.ShouldBe(Stuck + 1);
            // Of the 32 MB that were published, the server took for each stuck client only what the kernel, the pipe and one batch hold.
            ((delivered.Sum - Count) / Stuck * EventBytes).ShouldBeLessThan(2_000_000);
        }
        finally
        {
            deaf.ForEach(client => client.Dispose());
        }
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, cancellationToken);
    }

    [Fact]
    public async Task Stop_TellsEveryClient_AndWaitsForNone()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start(new() { ["Log:MaxBytes"] = "100000000" });
        using var delivered = new Measurements(server, "eventstream.events.delivered");
        // One client is stuck in the middle of a write, one reads and never answers, the others are healthy.
        using var deaf = await RawWebSocket.OpenAsync(server.Address.Port, "/ws/events/deaf", cancellationToken, receiveBytes: 4096);
        using var mute = await RawWebSocket.OpenAsync(server.Address.Port, "/ws/events/mute", cancellationToken);
        var clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => WebSocketClient.OpenAsync(server.Address, $"/ws/projects/p{i % 5}")));
        foreach (var client in clients) await client.NextAsync();
        await server.AppendAsync("deaf", [.. Enumerable.Range(0, 1000).Select(_ => new Envelopes("deaf").Thought(new string('x', EventBytes)))]);
        var (seen, looks) = (0L, 0);
        await Eventually.TrueAsync(() =>
        {
            looks = delivered.Sum == seen ? looks + 1 : 0;
            seen = delivered.Sum;
            return seen > 0 && looks > 100;
        }, cancellationToken);

        var feeds = server.Feeds;
        var started = Stopwatch.GetTimestamp();
        await server.StopAsync();
        // The server allows 4 seconds and the rest is for a busy machine; the host alone would wait 30.
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(15));
        feeds.OpenStreams.ShouldBe(0);
        foreach (var client in clients)
        {
            (await client.EndsAsync("draining", 1001)).Single().Id.ShouldBe("0-0");
            await client.DisposeAsync();
        }
        var opcodes = new List<byte>();
        while (await mute.ReadFrameAsync(cancellationToken) is { } frame) opcodes.Add(frame.Opcode);
        opcodes.ShouldBe([RawWebSocket.TextFrame, RawWebSocket.TextFrame, RawWebSocket.CloseFrame]);
    }

    private async Task<string[]> PublishAsync(TestServer server, int count) =>
        [.. (await server.AppendAsync(Session, [.. Enumerable.Range(0, count).Select(_ => _events.Thought(new string('x', EventBytes)))])).Select(cursor => $"{cursor}")];
}
