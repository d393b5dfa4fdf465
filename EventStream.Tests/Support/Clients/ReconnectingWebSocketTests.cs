using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Support;

public sealed class ReconnectingWebSocketTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(WebSocketCloseStatus.NormalClosure)]
    [InlineData(WebSocketCloseStatus.PolicyViolation)]
    public async Task Client_ComesBackWithTheLastId_UntilItIsToldToStop(WebSocketCloseStatus final)
    {
        var asked = new ConcurrentQueue<string>();
        var blocks = new ConcurrentQueue<SseBlock>();
        var closed = new TaskCompletionSource<WebSocketCloseStatus>();
        await using var server = await StartAsync(asked, async (socket, connection) =>
        {
            switch (connection)
            {
                case 1:
                    await SayAsync(socket, """{"id":"1-1","type":"a"}""", """{"type":"b"}""", """{"type":"stream_closing","payload":{"retry_ms":5}}""");
                    await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, Cancellation);
                    break;
                case 2:
                    await SayAsync(socket, """{"id":"1-2","type":"c"}""");
                    // Bytes under way are lost when a connection breaks, so the message must arrive before that.
                    await Eventually.TrueAsync(() => blocks.Any(block => block.Type == "c"), Cancellation);
                    socket.Abort();
                    break;
                default:
                    await socket.CloseOutputAsync(connection == 3 ? (WebSocketCloseStatus)1013 : final, null, Cancellation);
                    break;
            }
        });
        await using var client = new ReconnectingWebSocket(Address(server)) { OnBlock = blocks.Enqueue, OnClosed = closed.SetResult, FirstDelay = TimeSpan.FromMilliseconds(5) };
        client.Start();

        (await closed.Task.WaitAsync(Timeouts.Default, Cancellation)).ShouldBe(final);
        asked.ShouldBe(["?from=earliest", "?from=earliest&last_event_id=1-1", "?from=earliest&last_event_id=1-2", "?from=earliest&last_event_id=1-2"]);
        blocks.Select(block => (block.Type, block.LastEventId)).ShouldBe([("a", "1-1"), ("b", "1-1"), ("stream_closing", "1-1"), ("c", "1-2")]);
    }

    [Fact]
    public async Task Client_DropsTheConnection_WhenItsWatchdogHearsNothing()
    {
        var asked = new ConcurrentQueue<string>();
        await using var server = await StartAsync(asked, async (socket, connection) =>
        {
            if (connection == 1) await SayAsync(socket, """{"id":"1-1","type":"a"}""");
            await ListenAsync(socket);
        });
        await using var client = new ReconnectingWebSocket(Address(server)) { Watchdog = TimeSpan.FromMilliseconds(500), FirstDelay = TimeSpan.FromMilliseconds(5) };
        client.Start();
        await Eventually.TrueAsync(() => asked.Contains("?from=earliest&last_event_id=1-1"), Cancellation);
    }

    private static Uri Address(LoopbackServer server) => new UriBuilder(server.Address) { Scheme = Uri.UriSchemeWs, Query = "from=earliest" }.Uri;

    private static Task<LoopbackServer> StartAsync(ConcurrentQueue<string> asked, Func<WebSocket, int, Task> serve) => LoopbackServer.StartAsync(async context =>
    {
        asked.Enqueue(context.Request.QueryString.Value!);
        var connection = asked.Count;
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await serve(socket, connection);
        await ListenAsync(socket);
    }, Cancellation);

    private static async Task SayAsync(WebSocket socket, params string[] messages)
    {
        foreach (var message in messages) await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, Cancellation);
    }

    private static async Task ListenAsync(WebSocket socket)
    {
        try
        {
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent) await socket.ReceiveAsync(new byte[16], Cancellation);
        }
        catch (WebSocketException)
        {
            // The client has closed the connection.
        }
    }
}
