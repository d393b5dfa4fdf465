using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>Pages of a log are kept for two seconds and shared; none is served once the log has lost something. The clock stands still.</summary>
public sealed class StalePagesTests : IAsyncDisposable
{
    private const string Session = "s";
    private const string Earliest = $"/events/{Session}?from=earliest";
    private static readonly StreamKey Stream = StreamKey.Session(Session);

    private readonly TestBus _bus = new(new() { MaxEvents = 8 });
    private readonly TestServer _server;
    private readonly Envelopes _events = new(Session);

    public StalePagesTests() =>
        _server = TestServer.Start(services: services => services.AddSingleton<IEventBus>(_bus).AddSingleton<TimeProvider>(new FakeTimeProvider(DateTimeOffset.UtcNow)));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_ServesNothingOfASession_RightAfterItsDeletion()
    {
        await using var watching = await _server.OpenAsync($"/events/{Session}");
        await watching.NextAsync();
        await _server.AppendAsync(Session, _events.Thoughts(3));
        await using (var before = await _server.OpenAsync(Earliest)) await before.NextAsync(4);

        await _bus.DeleteAsync(Stream, Cancel);
        (await watching.ReadToEndAsync()).Count(item => item.EventType == "session_deleted").ShouldBe(1);

        await using var after = await _server.OpenAsync(Earliest);
        (await after.ReadToEndAsync()).Select(item => item.EventType).ShouldNotContain("agent_thought");
    }

    [Fact]
    public async Task Get_BeginsWithTheFirstEventThatIsHeld_RightAfterAGap()
    {
        await using var watching = await _server.OpenAsync($"/events/{Session}");
        await watching.NextAsync();
        await _server.AppendAsync(Session, _events.Thoughts(3));
        await watching.NextAsync(3);
        await using (var before = await _server.OpenAsync(Earliest)) await before.NextAsync(4);

        _bus.Announce = _ => [];
        var cursors = await _server.AppendAsync(Session, _events.Thoughts(12));
        _bus.Listeners[0].OnInterrupted();
        (await watching.NextAsync()).EventType.ShouldBe("stream_gap");

        await using var after = await _server.OpenAsync(Earliest);
        (await after.NextAsync(9)).Skip(1).Select(item => item.EventId).ShouldBe(cursors[4..].Select(cursor => $"{cursor}"));
    }

    [Fact]
    public async Task ReadAsync_ReadsTheLogAnew_RightAfterItWasRolledBack()
    {
        var feed = (await _server.Feeds.JoinAsync(Stream)).Feed!;
        var cursors = await _server.AppendAsync(Session, _events.Thoughts(5));
        var before = await feed.Pages.ReadAsync(Cursor.Zero, mayWait: true, Cancel);
        before.Frames.Select(frame => frame.Cursor!.Value).ShouldBe(cursors);
        var log = (await _bus.ReadAsync(Stream, Cursor.Zero, 5, Cancel)).Entries;
        LogEntry[] rolledBack = [.. log.Take(2), new LogEntry(cursors[2], EventWriter.ToUtf8(_events.Thought("another")))];
        _bus.Log = [.. rolledBack, .. rolledBack.Select((entry, i) => entry with { Cursor = new Cursor(cursors[0].Epoch + 1, 1 + i) })];

        lock (feed.Lock) feed.State.Rewind(cursors[1]);

        (await feed.Pages.ReadAsync(Cursor.Zero, mayWait: true, Cancel)).Frames.Select(frame => frame.Cursor!.Value).ShouldBe(_bus.Log.Select(entry => entry.Cursor));
    }
}
