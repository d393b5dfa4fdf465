using EventStream.Bus;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>The contract of feeds, on a session.</summary>
public sealed class FeedTests() : FeedContract(StreamKey.Session("s"), "/events/s")
{
    [Fact]
    public async Task OnInterrupted_EndsTheStreams_WhenTheDeletionWasNotHeard()
    {
        await using var client = await StartedAsync();
        var cursors = await AppendAsync(2);
        Bus.Announce = _ => [];
        var deletion = await Bus.DeleteAsync(StreamKey.Session("s"), TestContext.Current.CancellationToken);
        Bus.Listeners[0].OnInterrupted();
        var items = await client.ReadToEndAsync();
        items.Select(item => (item.EventType, item.EventId)).ShouldBe(
            [("agent_thought", cursors[0]), ("agent_thought", cursors[1]), ("session_deleted", $"{deletion}"), ("stream_closing", $"{deletion}")]);
    }
}
