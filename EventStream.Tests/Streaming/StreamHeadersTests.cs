using System.Net;
using System.Text.Json;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

public sealed class StreamHeadersTests : IAsyncDisposable
{
    private readonly TestServer _server = TestServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/events/idle")]
    [InlineData("/api/events/idle")]
    public async Task Get_SendsHeadersAtOnce_WhenTheSessionIsIdle(string path)
    {
        await using var client = await _server.OpenAsync(path);
        client.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        client.Response.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream");
        Header(client, "Cache-Control").ShouldBe("no-cache, no-transform");
        Header(client, "X-Accel-Buffering").ShouldBe("no");
        client.Response.Content.Headers.ContentEncoding.ShouldBeEmpty();
        client.Response.Headers.Contains("Server").ShouldBeFalse();
    }

    [Theory]
    [InlineData("/events/idle")]
    [InlineData("/api/events/idle")]
    public async Task Get_SendsTheFirstFrameAtOnce_WhenTheSessionIsIdle(string path)
    {
        await using var client = await _server.OpenAsync(path);
        var first = await client.NextAsync();
        var data = JsonDocument.Parse(first.Data).RootElement;
        var (eventId, timestamp) = (data.GetProperty("event_id").GetString()!, data.GetProperty("timestamp").GetString()!);
        client.Raw.ShouldBe(
            "retry: 2000\nid: 0-0\nevent: session_stream_started\n"
            + $$"""data: {"event_id":"{{eventId}}","session_id":"idle","timestamp":"{{timestamp}}","type":"session_stream_started",""" + "\"payload\":"
            + """{"message":"SSE connection established","cursor":"0-0","resume":"none","replayed":0}}""" + "\n\n");
        Guid.Parse(eventId).Version.ShouldBe(7);
        timestamp.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
        first.ReconnectionInterval.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Get_DeliversAnEvent_WhenItIsPublishedOverHttp()
    {
        await using var client = await _server.OpenAsync("/events/s");
        await client.NextAsync();
        using var body = new StringContent("""{"type":"agent_thought","payload":{"content":"hm"}}""", System.Text.Encoding.UTF8, "application/json");
        using var published = await _server.Client.PostAsync(new Uri("/events/s", UriKind.Relative), body, TestContext.Current.CancellationToken);
        published.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.NextAsync()).EventType.ShouldBe("agent_thought");
    }

    [Theory]
    [InlineData("/events/.hidden", "session_id")]
    [InlineData("/events/broadcast", "broadcast")]
    [InlineData("/events/s?from=start", "from")]
    [InlineData("/events/s?close=always", "close")]
    [InlineData("/events/s?close=terminal", "run_id")]
    [InlineData("/events/s?heartbeat=loud", "heartbeat")]
    [InlineData("/events/s?names=Native", "names")]
    [InlineData("/events/s?dialect=Reverb", "dialect is 'Reverb'; it is canonical, agui, ai-sdk, reverb")]
    [InlineData("/events/s?dialect=pusher", "reverb-flat")]
    [InlineData("/events/s?dialect=reverb&names=reverb", "names can't be chosen with dialect=reverb")]
    [InlineData("/events/s?dialect=reverb-flat&names=canonical", "names can't be chosen with dialect=reverb-flat")]
    [InlineData("/events/s?dialect=reverb&frame=envelope", "frame can't be chosen with dialect=reverb")]
    [InlineData("/events/s?dialect=reverb&types=tool_*", "types can't be chosen with dialect=reverb")]
    [InlineData("/projects/p/events?dialect=reverb", "dialect is 'reverb', which is for the stream of a session")]
    [InlineData("/broadcast/events?dialect=reverb-flat", "which is for the stream of a session")]
    [InlineData("/events/s?types=Tool_*", "types")]
    [InlineData("/events/s?types=", "types")]
    [InlineData("/events/s?types=t**", "types")]
    [InlineData("/events/s?run_id=%20", "run_id")]
    [InlineData("/events/s?session_id=s", "session_id filters projects")]
    [InlineData("/events/s?project_id=p", "project_id is no filter")]
    [InlineData("/broadcast/events?project_id=p", "project_id is no filter")]
    [InlineData("/events/s/history?last_event_id=1-1", "last_event_id belongs to streams")]
    public async Task Get_AnswersWithAProblem_WhenTheRequestIsWrong(string path, string named)
    {
        using var response = await _server.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(named);
        _server.Feeds.OpenStreams.ShouldBe(0);
    }

    private static string Header(SseClient client, string name) => client.Response.Headers.NonValidated[name].ToString();
}
