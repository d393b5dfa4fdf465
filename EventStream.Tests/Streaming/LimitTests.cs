using System.Net;
using System.Text.Json;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

public sealed class LimitTests
{
    [Theory]
    [InlineData("MaxStreams", "/events/b")]
    [InlineData("MaxStreamsPerKey", "/events/a")]
    [InlineData("MaxFeeds", "/events/b")]
    public async Task Get_SaysBusyInsideAStream_WhenALimitIsReached(string limit, string path)
    {
        await using var server = TestServer.Start(new() { [$"Streaming:{limit}"] = "1" });
        await using var first = await server.OpenAsync("/events/a");
        await using var refused = await server.OpenAsync(path);
        refused.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        refused.Response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var closing = (await refused.ReadToEndAsync()).Single();
        Closings.Check(closing, "busy", 1000, 8000);
        closing.EventId.ShouldBeNull();
        refused.Raw.ShouldStartWith("retry: ");
        refused.Raw.ShouldNotContain("id:");
        (server.Feeds.OpenStreams, server.Feeds.Count).ShouldBe((1, 1));
    }

    [Theory]
    [InlineData("text/event-stream;q=0.9")]
    [InlineData("Text/Event-Stream; charset=utf-8")]
    [InlineData("application/json, text/event-stream")]
    [InlineData("*, text/event-stream")]
    public async Task Get_SaysBusyInsideAStream_HoweverAnEventSourceAsks(string accept)
    {
        await using var server = TestServer.Start(new() { ["Streaming:MaxStreams"] = "1" });
        await using var first = await server.OpenAsync("/events/a");
        await using var refused = await SseClient.OpenAsync(server.Client, "/events/a", accept: accept);
        Closings.Check((await refused.ReadToEndAsync()).Single(), "busy", 1000, 8000);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/event-stream;q=0")]
    [InlineData("*/*")]
    public async Task Get_Answers503_WhenALimitIsReachedAndTheClientIsNoEventSource(string accept)
    {
        await using var server = TestServer.Start(new() { ["Streaming:MaxStreams"] = "1" });
        await using var first = await server.OpenAsync("/events/a");
        await using var refused = await SseClient.OpenAsync(server.Client, "/events/a", accept: accept);
        refused.Response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        refused.Response.Headers.RetryAfter!.Delta.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("MaxStreams")]
    [InlineData("MaxStreamsPerKey")]
    public async Task Get_TakesTheNextClient_WhenOneHasLeft(string limit)
    {
        await using var server = TestServer.Start(new() { [$"Streaming:{limit}"] = "1" });
        for (var i = 0; i < 5; i++)
        {
            await using (var client = await server.OpenAsync("/events/a")) (await client.NextAsync()).EventType.ShouldBe("session_stream_started");
            await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Get_SpreadsTheClients_WhenItRefusesMany()
    {
        await using var server = TestServer.Start(new() { ["Streaming:MaxStreams"] = "1" });
        await using var first = await server.OpenAsync("/events/a");
        var delays = new HashSet<TimeSpan?>();
        for (var i = 0; i < 20; i++)
        {
            await using var refused = await server.OpenAsync("/events/a");
            delays.Add((await refused.NextAsync()).ReconnectionInterval);
        }
        delays.Count.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Get_AsksTheClientToComeBack_WhenItsConnectionIsOld()
    {
        await using var server = TestServer.Start(new() { ["Streaming:MaxAge"] = "00:00:01" });
        var cursors = await server.AppendAsync("s", new Envelopes("s").Thoughts(3));
        await using var client = await server.OpenAsync("/events/s?from=earliest");
        var items = await client.ReadToEndAsync();
        Closings.Check(items[^1], "rotation", 1000, 4000);
        items[^1].EventId.ShouldBe($"{cursors[2]}");
        await using var again = await server.OpenAsync("/events/s", client.LastId);
        JsonDocument.Parse((await again.NextAsync()).Data).RootElement.GetProperty("payload").GetProperty("resume").GetString().ShouldBe("full");
    }
}
