using System.Net.WebSockets;
using System.Text;
using EventStream.Api.Streaming.Connections;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Connections;

public sealed class WatchedStreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_SendsFramesAtOnce_WhenTheyWereGathered()
    {
        using var sent = new CountedWrites();
        await using var stream = new WatchedStream(sent);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        string[] texts = ["one", new string('二', 100), "", new string('f', 70_000), "five"];

        foreach (var (i, text) in texts.Index())
        {
            stream.IsGathering = i + 1 < texts.Length;
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancel);
            sent.Count.ShouldBe(i + 1 < texts.Length ? 0 : 1);
        }
        await socket.SendAsync("six"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancel);
        sent.Count.ShouldBe(2);

        sent.Position = 0;
        using var reader = WebSocket.CreateFromStream(sent, new WebSocketCreationOptions());
        foreach (var text in texts.Append("six"))
        {
            var buffer = new byte[100_000];
            var received = await reader.ReceiveAsync(buffer.AsMemory(), Cancel);
            for (var length = received.Count; ; length += received.Count)
            {
                if (received.EndOfMessage)
                {
                    Encoding.UTF8.GetString(buffer.AsSpan(0, length)).ShouldBe(text);
                    break;
                }
                received = await reader.ReceiveAsync(buffer.AsMemory(length), Cancel);
            }
        }
    }

    private sealed class CountedWrites : MemoryStream
    {
        public int Count { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Count++;
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
