using EventStream.Tests.Support;
using Shouldly;

namespace EventStream.Tests.Streaming.WebSockets;

internal static class SocketClosings
{
    /// <summary>Reads to the end of the stream, which must be a frame with this reason and then this close code; the frame is the last of the result.</summary>
    public static async Task<List<SocketMessage>> EndsAsync(this WebSocketClient client, string reason, int code)
    {
        var messages = await client.ReadToEndAsync();
        Check(messages[^1], reason, isToComeBack: code is not (1000 or 1008 or 1009));
        (client.CloseCode, client.CloseReason).ShouldBe((code, reason));
        return messages;
    }

    public static void Check(SocketMessage message, string reason, bool isToComeBack)
    {
        message.Type.ShouldBe("stream_closing");
        message.Payload.GetProperty("reason").GetString().ShouldBe(reason);
        message.Payload.GetProperty("reconnect").GetBoolean().ShouldBe(isToComeBack);
        message.Payload.TryGetProperty("retry_ms", out var retry).ShouldBe(isToComeBack);
        if (isToComeBack) retry.GetInt32().ShouldBeInRange(1000, 8000);
    }
}
