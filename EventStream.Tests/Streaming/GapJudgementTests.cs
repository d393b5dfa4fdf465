using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>A gap may hold the end that a client waits for, so the log is asked; what when the bus doesn't answer just then?</summary>
public sealed class GapJudgementTests : IAsyncDisposable
{
    private const string Session = "s";
    private const int Held = 8;

    private readonly TestBus _bus = new(new() { MaxEvents = Held });
    private readonly TestServer _server;
    private readonly Envelopes _events = new(Session);

    public GapJudgementTests() => _server = TestServer.StartWith(_bus);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_GoesOn_WhenTheBusIsOutWhileAGapIsJudged()
    {
        await using var client = await OpenAsync();
        var refused = 0;
        _bus.Page = page =>
        {
            if (page.Entries.Count > 0) return page;
            Interlocked.Increment(ref refused);
            throw new BusUnavailableException("out");
        };
        var cursors = await MissAsync();

        var items = await client.NextAsync(1 + Held);
        refused.ShouldBe(1);
        items.Select(item => item.EventType).ShouldBe(["stream_gap", .. Enumerable.Repeat("agent_thought", Held)]);
        items[^1].EventId.ShouldBe($"{cursors[^1]}");
        _bus.Announce = entry => [entry];
        var next = await _server.AppendAsync(Session, _events.Thought());
        (await client.NextAsync()).EventId.ShouldBe($"{next[0]}");
    }

    [Fact]
    public async Task Get_IsToldThatTheServerStops_WhileAGapIsJudged()
    {
        await using var client = await OpenAsync();
        _bus.Page = page =>
        {
            if (page.Entries.Count > 0) _bus.Answers = BusAnswers.Never;
            return page;
        };
        var reads = _bus.Reads;
        await MissAsync();
        // The feed's read, and the one that judges the gap.
        await Eventually.TrueAsync(() => _bus.Reads == reads + 2, TestContext.Current.CancellationToken);

        await _server.StopAsync();

        var items = await client.ReadToEndAsync();
        items.Select(item => item.EventType).ShouldBe(["stream_gap", .. Enumerable.Repeat("agent_thought", Held), "stream_closing"]);
        items[^1].Data.ShouldContain("\"reason\":\"draining\"");
    }

    private async Task<SseClient> OpenAsync()
    {
        var client = await _server.OpenAsync($"/events/{Session}?close=session");
        await client.NextAsync();
        return client;
    }

    private async Task<Cursor[]> MissAsync()
    {
        _bus.Announce = _ => [];
        var cursors = await _server.AppendAsync(Session, _events.Thoughts(Held + 4));
        _bus.Listeners[0].OnInterrupted();
        return cursors;
    }
}
