using System.Net.WebSockets;
using System.Text;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>A client records what servers send, also when it is wrong.</summary>
public sealed class WatcherTests
{
    private const string Tell = "retry: 1\nid: 7-0\nevent: session_stream_started\ndata: {\"payload\":{\"cursor\":\"7-0\",\"resume\":\"none\"}}\n\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watcher_WritesDownEverything_OverItsConnections()
    {
        var observations = await WatchAsync(
            Tell + Event(1) + "id: 7-3\nevent: stream_gap\ndata: {\"payload\":{\"from\":\"7-1\",\"to\":\"7-3\"}}\n\n" + Event(4)
                + "event: stream_closing\ndata: {\"payload\":{\"reason\":\"draining\",\"reconnect\":true}}\n\n",
            "id: 7-6\nevent: session_stream_started\ndata: {\"payload\":{\"cursor\":\"7-6\",\"resume\":\"partial\"}}\n\n" + Event(7));
        observations.ShouldBe(
        [
            new Observation.Joined("none", At(0)), Seen(1), new Observation.Gap(At(1), At(3)), Seen(4), new Observation.Closing("draining"),
            new Observation.Joined("partial", At(6)), Seen(7), new Observation.Stopped(System.Net.HttpStatusCode.NoContent),
        ]);
    }

    [Fact]
    public async Task Watcher_WritesDownEverything_OverWebSocketsToo()
    {
        (string[] Messages, int Close)[] connections =
        [
            ([Message(0, "session_stream_started", """{"cursor":"7-0","resume":"none"}"""), Numbered(1), Message(3, "stream_gap", """{"from":"7-1","to":"7-3"}"""), Numbered(4),
                """{"type":"stream_closing","payload":{"reason":"draining","reconnect":true,"retry_ms":1}}"""], 1001),
            ([Message(6, "session_stream_started", """{"cursor":"7-6","resume":"partial"}"""), Numbered(7)], 1008),
        ];
        var asked = 0;
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var (messages, close) = connections[asked++];
            foreach (var message in messages) await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, Cancellation);
            await socket.CloseAsync((WebSocketCloseStatus)close, null, Cancellation);
        }, Cancellation);
        await using var watcher = new Watcher(ChaosStage.Project, new UriBuilder(server.Address) { Scheme = Uri.UriSchemeWs }.Uri);
        await Eventually.TrueAsync(() => watcher.Count<Observation.Closed>() > 0, Cancellation);
        watcher.Observations().ShouldBe(
        [
            new Observation.Joined("none", At(0)), Seen(1), new Observation.Gap(At(1), At(3)), Seen(4), new Observation.Closing("draining"),
            new Observation.Joined("partial", At(6)), Seen(7), new Observation.Closed(WebSocketCloseStatus.PolicyViolation),
        ]);
    }

    [Fact]
    public async Task Watcher_GivesTheJudgeWhatItNeeds_WhenAServerLosesAndRepeats()
    {
        var observations = await WatchAsync(Tell + Event(1) + Event(2) + Event(2) + Event(4));
        var promised = Enumerable.Range(1, 5).Select(number => new Acknowledgement(new NumberedEvent("p", number), At(number)));
        var verdict = Verdict.Judge(promised, observations.Where(observation => observation is not Observation.Stopped), new HashSet<NumberedEvent>());
        (verdict.Delivered, verdict.Lost, verdict.Repeated).ShouldBe((3, 2, 1));
    }

    [Fact]
    public async Task Watcher_MeasuresTheSilence_BetweenTwoEvents()
    {
        var pause = TimeSpan.FromMilliseconds(200);
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync(Tell + Event(1), Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            await Task.Delay(pause, Cancellation);
            await context.Response.WriteAsync(Event(2), Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }, Cancellation);
        await using var watcher = new Watcher(ChaosStage.Session, server.Address);
        await Eventually.TrueAsync(() => watcher.Saw(new NumberedEvent("p", 2)), Cancellation);
        watcher.LongestSilence.ShouldBeGreaterThan(pause / 2);
    }

    private static async Task<IReadOnlyList<Observation>> WatchAsync(params string[] connections)
    {
        var asked = 0;
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.StatusCode = asked < connections.Length ? StatusCodes.Status200OK : StatusCodes.Status204NoContent;
            if (asked++ < connections.Length) await context.Response.WriteAsync(connections[asked - 1], Cancellation);
        }, Cancellation);
        await using var watcher = new Watcher(ChaosStage.Session, server.Address);
        await Eventually.TrueAsync(() => watcher.Count<Observation.Stopped>() > 0, Cancellation);
        return watcher.Observations();
    }

    private static string Event(long number) => $"id: 7-{number}\nevent: {NumberedEvent.Type}\ndata: {{\"payload\":{new NumberedEvent("p", number).ToPayload("")}}}\n\n";

    private static string Message(long offset, string type, string payload) => $$"""{"id":"7-{{offset}}","type":"{{type}}","payload":{{payload}}}""";

    private static string Numbered(long number) => Message(number, NumberedEvent.Type, new NumberedEvent("p", number).ToPayload(""));

    private static Observation.Seen Seen(long number) => new(new NumberedEvent("p", number), At(number));

    private static Cursor At(long offset) => new(7, offset);
}
