using System.Net;
using EventStream.Api.Streaming.Feeds;
using EventStream.Events;
using EventStream.Tests.Dialects.AgUi;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.AgUi;

/// <summary>What a node holds of conversations for those who read them in other dialects.</summary>
public sealed class AgUiMemoryTests : IAsyncDisposable
{
    private const string Session = "s", Limit = "Streaming:DialectBytes";

    private const string Refusal = "This node holds as much of conversations in other dialects as it may (Streaming:DialectBytes); try again later, or on another node.";

    private readonly TestServer _server = TestServer.Start(new() { [Limit] = "1048576" });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private long Taken => _server.Services.GetRequiredService<FeedContext>().Folds.Taken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Post_Is503_AndNamesTheLimit_WhenOthersHoldAllOfIt()
    {
        using var ended = new Measurements(_server, "eventstream.streams.ended");
        await SayAsync(3);
        await using (var first = await PostAsync("r1"))
        {
            await first.NextAsync();
            Taken.ShouldBeInRange(500_000, 1_048_576);

            var refused = await _server.PostAsync($"/agui/{Session}", Input("r2"));

            (refused.Status, refused.Title).ShouldBe((HttpStatusCode.ServiceUnavailable, Refusal));
            refused.RetryAfter.ShouldNotBeNull();
            ended.HasTag("no_memory").ShouldBeTrue();
        }
        await Eventually.TrueAsync(() => Taken == 0 && _server.Feeds.OpenStreams == 0, Cancel);
        // The run was asked for all the same, and is joined.
        await using var again = await PostAsync("r2");
        (await again.NextAsync()).Data.ShouldContain("RUN_STARTED");
    }

    [Fact]
    public async Task Watchers_HoldAConversationOnce_HoweverManyTheyAre()
    {
        await SayAsync(3);
        var watchers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _server.OpenAsync("/events/s?dialect=agui")));
        await Task.WhenAll(watchers.Select(watcher => watcher.ReadUntilAsync(item => item.Data.Contains("m2", StringComparison.Ordinal))));

        await SayAsync(1, from: 3);
        await Task.WhenAll(watchers.Select(watcher => watcher.ReadUntilAsync(item => item.Data.Contains("m3", StringComparison.Ordinal))));

        await Eventually.TrueAsync(() => Taken is > 500_000 and < 1_048_576, Cancel);
        foreach (var watcher in watchers) await watcher.DisposeAsync();
    }

    [Theory]
    [InlineData("/events/s?dialect=agui", false)]
    [InlineData("/events/s?dialect=reverb", true)]
    public async Task Watcher_Is503_WhenTheConversationAloneIsMore(string path, bool isOfRuns)
    {
        for (var number = 0; number < 6; number++) await SayAsync(1, from: number, run: isOfRuns ? $"r{number}" : null);

        using var answer = await _server.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain(Refusal);
        Taken.ShouldBe(0);
    }

    [Fact]
    public async Task Stream_IsCut_WhenItsConversationGrowsBeyondTheLimit()
    {
        await using var stream = await PostAsync("r1");
        await stream.NextAsync();

        await SayAsync(6, run: "r1");

        await Should.ThrowAsync<Exception>(stream.ReadToEndAsync);
        await Eventually.TrueAsync(() => Taken == 0, Cancel);
    }

    [Fact]
    public async Task PostedMessages_CountForAsLongAsTheyAreHeld()
    {
        var answers = string.Concat(Enumerable.Range(0, 6).Select(number => $$"""{"id":"m{{number}}","role":"assistant","content":"{{new string('x', 100_000)}}"},"""));
        var input = $$"""{"threadId":"t","runId":"r1","messages":[{{answers}}{"id":"q","role":"user","content":"And now?"}]}""";
        await using (var stream = await SseClient.PostAsync(_server.Client, $"/agui/{Session}", input))
        {
            await stream.NextAsync();
            Taken.ShouldBeInRange(550_000, 650_000);
        }
        await Eventually.TrueAsync(() => Taken == 0, Cancel);
    }

    [Fact]
    public async Task Nothing_IsHeld_ForClientsThatPostAndLeaveAtOnce()
    {
        await SayAsync(1);
        for (var number = 0; number < 200; number++)
        {
            using var client = await RawClient.ConnectAsync(_server.Address, Cancel);
            var body = Input($"r{number}");
            await client.SendAsync($"POST /agui/{Session} HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: {body.Length}\n\n{body}", Cancel);
            if (number % 2 == 0) await client.ReadUntilAsync("RUN_STARTED", Cancel);
        }

        await Eventually.TrueAsync(() => Taken == 0 && _server.Feeds.OpenStreams == 0, Cancel);
    }

    // 200 kB each, held as UTF-16.
    private Task<Cursor[]> SayAsync(int count, int from = 0, string? run = null) => _server.AppendAsync(Session, [.. Enumerable.Range(from, count).Select(number =>
        AgUiSession.Event("agent_message_end", $$"""{"message_id":"m{{number}}","content":"{{new string('x', 100_000)}}"}""", run) with { SessionId = Session })]);

    private Task<SseClient> PostAsync(string run) => SseClient.PostAsync(_server.Client, $"/agui/{Session}", Input(run));

    private static string Input(string run) => $$"""{"threadId":"t","runId":"{{run}}","messages":[]}""";
}
