using System.Net;
using System.Text;
using System.Text.Json;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser.NextJs;

/// <summary>The example's route handler between a client and the server.</summary>
[Collection(nameof(NextJsCollection))]
[Needs(Need.Redis, Need.Browser, Need.NextJs)]
public sealed class NextJsProxyTests(NextJsSite site)
{
    [Fact]
    public async Task Stream_ComesEventByEvent_ThroughTheProxy()
    {
        Chromium.SkipWithout();
        var session = NextJsSite.NewSession();
        await using var client = await OpenAsync($"{session}");
        client.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        client.Response.Content.Headers.ContentEncoding.ShouldBeEmpty();
        $"{client.Response.Headers.CacheControl}".ShouldContain("no-transform");
        client.Response.Headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
        (await client.NextAsync()).EventType.ShouldBe("session_stream_started");

        // Each note is published only after the one before has arrived, so a proxy that holds bytes back fails the test.
        for (var n = 0; n < 10; n++)
        {
            await site.PublishNotesAsync(session, n, 1);
            (await client.NextAsync()).Data.ShouldContain($"note {n}");
        }
    }

    [Fact]
    public async Task Stream_GoesOnAfterTheHeader_AndPassesTheQuery()
    {
        Chromium.SkipWithout();
        var session = NextJsSite.NewSession();
        await site.PublishNotesAsync(session, 0, 3);
        await site.PublishAsync(session, """{"type":"other","payload":{}}""");
        string cursor;
        await using (var first = await OpenAsync($"{session}?from=earliest")) cursor = (await first.NextAsync(3))[^1].EventId!;

        await using var second = await OpenAsync($"{session}?from=earliest", cursor);
        (await second.NextAsync(3)).Select(item => item.EventType).ShouldBe(["session_stream_started", "note", "other"]);
        await using var filtered = await OpenAsync($"{session}?types=other&from=earliest", cursor);
        (await filtered.NextAsync(2)).Select(item => item.EventType).ShouldBe(["session_stream_started", "other"]);
    }

    [Fact]
    public async Task Stream_IsAStream_WhenABrowserAsksForAPage()
    {
        Chromium.SkipWithout();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/eventstream/events/{NextJsSite.NewSession()}");
        request.Headers.Add("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        using var answer = await site.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
    }

    [Fact]
    public async Task Answers_KeepTheirStatus_ThroughTheProxy()
    {
        Chromium.SkipWithout();
        var session = NextJsSite.NewSession();
        await site.PublishAsync(session, """{"type":"session_ended","payload":{}}""");
        string cursor;
        await using (var client = await OpenAsync($"{session}?from=earliest&close=session"))
        {
            await client.ReadToEndAsync();
            cursor = client.LastId!;
        }
        await StatusAsync($"/eventstream/events/{session}?close=session", HttpStatusCode.NoContent, cursor);
        await StatusAsync($"/eventstream/events/{session}/history?limit=1", HttpStatusCode.OK);
        (await StatusAsync($"/eventstream/events/{session}?types=BAD", HttpStatusCode.BadRequest)).ShouldContain("types holds 'BAD'");
        foreach (var path in (string[])["health/ready", "events/..%2fhealth%2fready", "events/%2e%2e/health/ready", "events/%25zz", "openapi/v1.json"])
            await StatusAsync($"/eventstream/{path}", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("api/chat", "{}", true, HttpStatusCode.BadRequest)]
    [InlineData("api/chat", "{}", false, HttpStatusCode.Unauthorized)]
    [InlineData("agui/s?agent=assistant", "{}", true, HttpStatusCode.BadRequest)]
    [InlineData("copilotkit/agent/assistant/stop/s", "", true, HttpStatusCode.OK)]
    [InlineData("copilotkit/agent/assistant/run/s", "{}", true, HttpStatusCode.NotFound)]
    [InlineData("events/s", """{"type":"note","payload":{}}""", true, HttpStatusCode.NotFound)]
    [InlineData("tickets", "{}", true, HttpStatusCode.NotFound)]
    public async Task Post_ReachesWhatPagesAskOfAgents_WithATicket(string path, string body, bool hasTicket, HttpStatusCode expected)
    {
        Chromium.SkipWithout();
        using var request = Posting(path, body);
        if (hasTicket) request.Headers.Add("Authorization", "Bearer anything");
        using var answer = await site.Client.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(expected, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Post_Is413_WhenItIsLargerThan8MiB()
    {
        Chromium.SkipWithout();
        using var request = Posting("api/chat", new string(' ', 8 * 1024 * 1024 + 1));
        request.Headers.Add("Authorization", "Bearer anything");
        using var answer = await site.Client.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("8388608 bytes");
    }

    [Fact]
    public async Task Answers_AskForAnotherTry_WhenTheServerIsAway()
    {
        Chromium.SkipWithout();
        await site.Server.TerminateAsync();
        try
        {
            foreach (var path in (string[])["events/s/history", "agui/s?threadId=s", "api/chat/s/stream", "copilotkit/info"]) await StatusAsync($"/eventstream/{path}", HttpStatusCode.BadGateway);
            using (var page = await site.Client.GetAsync("/", TestContext.Current.CancellationToken)) page.StatusCode.ShouldBe(HttpStatusCode.OK);

            // EventSource never reconnects after another status.
            await using var client = await OpenAsync("s");
            client.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
            var last = (await client.ReadToEndAsync()).ShouldHaveSingleItem();
            using var closing = JsonDocument.Parse(last.Data);
            var payload = closing.RootElement.GetProperty("payload");
            (last.EventType, payload.GetProperty("reason").GetString(), payload.GetProperty("reconnect").GetBoolean()).ShouldBe(("stream_closing", "unavailable", true));
            last.ReconnectionInterval!.Value.TotalMilliseconds.ShouldBe(payload.GetProperty("retry_ms").GetInt32());
        }
        finally
        {
            // The other tests use the same server.
            await site.Server.StartAsync(TestContext.Current.CancellationToken);
        }
    }

    private static HttpRequestMessage Posting(string path, string body) => new(HttpMethod.Post, $"/eventstream/{path}")
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
        Headers = { { "Accept-Encoding", "identity" } },
    };

    private Task<SseClient> OpenAsync(string session, string? lastEventId = null) => SseClient.OpenAsync(site.Client, $"/eventstream/events/{session}", lastEventId);

    private async Task<string> StatusAsync(string path, HttpStatusCode expected, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept-Encoding", "identity");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        using var answer = await site.Client.SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(expected, path);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
