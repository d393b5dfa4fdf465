using EventStream.Api.Streaming.Feeds;
using EventStream.Bus;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Feeds;

public sealed class FeedDisposalTests
{
    [Fact]
    public async Task DisposeAsync_LeavesNoSubscription_WhenItComesWhileTheFeedSubscribes()
    {
        var bus = new TestBus();
        var answer = new TaskCompletionSource();
        bus.BeforeSubscribe = () => answer.Task;
        await using var server = TestServer.StartWith(bus);
        var feed = new Feed(StreamKey.Session("s"), server.Services.GetRequiredService<FeedContext>());
        var starting = feed.StartAsync(TestContext.Current.CancellationToken);

        await feed.DisposeAsync();
        answer.SetResult();

        await starting.ContinueWith(_ => { }, TaskScheduler.Default);
        bus.Subscribed.ShouldBe(1);
        await Eventually.TrueAsync(() => bus.Listeners.Count == 0, TestContext.Current.CancellationToken);
    }
}
