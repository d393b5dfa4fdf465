using System.Text;
using EventStream.Api.Streaming.Connections;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.WebSockets;

/// <summary>Clients that break the protocol, or flood it with what .NET's WebSocket answers by itself.</summary>
public sealed class ClientFrameTests : IAsyncDisposable
{
    private const string Path = "/ws/events/s";

    private readonly TestServer _server = TestServer.Start();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(RawWebSocket.TextFrame, 5)]
    [InlineData(RawWebSocket.TextFrame, 300)]
    [InlineData(RawWebSocket.BinaryFrame, 0)]
    [InlineData(RawWebSocket.PingFrame, 4)]
    [InlineData(RawWebSocket.PongFrame, 0)]
    public async Task Connect_EndsWith1002_WhenAFrameIsNotMasked(byte opcode, int bytes)
    {
        using var client = await RawWebSocket.OpenAsync(_server.Address.Port, Path, Cancel);
        // Well-behaved before it.
        await client.SendAsync(RawWebSocket.TextFrame, new byte[1000], Cancel);
        await client.SendAsync(opcode, new byte[bytes], Cancel, isMasked: false);
        (await ClosingAsync(client)).ShouldBe(("protocol_error", 1002));
        await Eventually.TrueAsync(() => _server.Feeds.OpenStreams == 0, Cancel);
    }

    [Theory]
    [InlineData(RawWebSocket.PingFrame)]
    [InlineData(RawWebSocket.PongFrame)]
    public async Task Connect_EndsWith1008_WhenPingsOrPongsAreAFlood(byte opcode)
    {
        using var client = await RawWebSocket.OpenAsync(_server.Address.Port, Path, Cancel);
        for (var i = 0; i <= WebSocketConnection.MaxControlFrames; i++) await client.SendAsync(opcode, new byte[i % 126], Cancel);
        (await ClosingAsync(client)).ShouldBe(("too_many_messages", 1008));
    }

    [Fact]
    public async Task Connect_StaysAndAnswersEachPing_WhenTheyKeepToTheBound()
    {
        using var client = await RawWebSocket.OpenAsync(_server.Address.Port, Path, Cancel);
        for (var i = 0; i < WebSocketConnection.MaxControlFrames; i++) await client.SendAsync(RawWebSocket.PingFrame, "hi"u8.ToArray(), Cancel);
        var cursors = await _server.AppendAsync("s", new Envelopes("s").Thought());

        var (pongs, hasCome) = (0, false);
        while (pongs < WebSocketConnection.MaxControlFrames || !hasCome)
        {
            var frame = (await client.ReadFrameAsync(Cancel)).ShouldNotBeNull();
            frame.Opcode.ShouldNotBe(RawWebSocket.CloseFrame);
            if (frame.Opcode == RawWebSocket.PongFrame) pongs++;
            hasCome |= Encoding.UTF8.GetString(frame.Payload).Contains($"{cursors[0]}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Add_CountsAlike_HoweverTheBytesAreCut()
    {
        byte[] bytes =
        [
            0x89, 0x80, 1, 2, 3, 4, // an empty ping
            0x81, 0x83, 1, 2, 3, 4, 0x89, 0, 0x8A, // a text whose bytes look like heads
            0x82, 0xFE, 0, 200, 1, 2, 3, 4, .. new byte[200],
            0x8A, 0x82, 1, 2, 3, 4, 9, 9, // a pong
            0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4, .. new byte[65_536],
            0x88, 0x80, 1, 2, 3, 4, // a farewell
        ];
        foreach (var size in (int[])[1, 2, 3, 7, 1000, bytes.Length])
        {
            var frames = new ClientFrames();
            foreach (var piece in bytes.Chunk(size)) frames.Add(piece);
            (frames.ControlFrames, frames.IsUnmasked).ShouldBe((2, false));
            frames.Add([0x81, 0x00]);
            frames.IsUnmasked.ShouldBeTrue();
        }
    }

    private static async Task<(string Reason, int Code)> ClosingAsync(RawWebSocket client)
    {
        var reason = "";
        while (true)
        {
            var frame = (await client.ReadFrameAsync(Cancel)).ShouldNotBeNull("The connection was cut without a farewell.");
            if (frame.Opcode == RawWebSocket.CloseFrame) return (reason, RawWebSocket.CodeOf(frame.Payload));
            if (frame.Opcode == RawWebSocket.TextFrame) reason = new SocketMessage(Encoding.UTF8.GetString(frame.Payload)) is { Type: "stream_closing" } closing ? closing.Payload.GetProperty("reason").GetString()! : reason;
        }
    }
}
