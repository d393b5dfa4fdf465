using EventStream.Api.Streaming.Feeds;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Feeds;

public sealed class FeedTableTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task JoinAsync_LeavesTheStreamThatWasLeftFirst_WhenThereAreTooMany()
    {
        await using var server = Start(new() { ["Streaming:MaxFeeds"] = "2" });
        var first = await JoinAsync(server, "first");
        var second = await JoinAsync(server, "second");
        server.Feeds.Leave(first);
        _time.Advance(TimeSpan.FromSeconds(1));
        server.Feeds.Leave(second);

        await JoinAsync(server, "third");

        (first.IsDisposed, second.IsDisposed).ShouldBe((true, false));
        (await JoinAsync(server, "second")).ShouldBeSameAs(second);
    }

    [Fact]
    public async Task Sweep_ShrinksTheWindows_WhenMoreStreamsShareTheBudget()
    {
        await using var server = Start(new() { ["Streaming:WindowBytes"] = $"{1024 * 1024}" });
        var feed = await JoinAsync(server, "s");
        var events = new Envelopes("s");
        var cursors = new List<Cursor>();
        for (var i = 0; i < 60; i++) cursors.AddRange(await server.AppendAsync("s", events.Thought(new string('x', 10_000))));
        await Eventually.TrueAsync(() => feed.Head == cursors[^1], TestContext.Current.CancellationToken);
        feed.WindowBase.Offset.ShouldBe(0);
        for (var i = 0; i < 31; i++) await JoinAsync(server, $"other{i}");

        server.Feeds.Sweep([]);

        // 32 KiB hold three of them.
        feed.WindowBase.ShouldBe(cursors[^4]);
    }

    private TestServer Start(Dictionary<string, string> settings) => TestServer.Start(settings, services => services.AddSingleton<TimeProvider>(_time));

    private static async Task<Feed> JoinAsync(TestServer server, string session) => (await server.Feeds.JoinAsync(StreamKey.Session(session))).Feed!;
}
