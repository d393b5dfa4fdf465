using EventStream.Bus;
using EventStream.Events;
using EventStream.Listening;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Listening;

/// <summary>The log went back, and reuses positions that the reader has passed.</summary>
public sealed class RolledBackListenerTests : IAsyncLifetime
{
    private const int Seen = 6;

    private readonly StreamKey _stream = StreamKey.Session("s");
    private readonly Envelopes _events = new("s");
    private readonly TestBus _bus = new();
    private readonly ListenerClient _client;
    private LogEntry[] _log = [];

    public RolledBackListenerTests() => _client = new ListenerClient(new StreamListener(_bus), _stream, StartFrom.Earliest);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IStreamListener Live => _bus.Listeners[0];

    public async ValueTask InitializeAsync()
    {
        await _client.StartAsync();
        await _bus.AppendAsync(new AppendRequest { Stream = _stream, Events = _events.Thoughts(Seen) }, Cancel);
        await _client.NextAsync(Seen);
        _log = [.. (await _bus.ReadAsync(_stream, Cursor.Zero, Seen, Cancel)).Entries];
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(40, true)]
    [InlineData(3000, false)]
    public async Task ReadAsync_GoesBack_WhenTheLogHoldsOthers(int count, bool isAnnounced)
    {
        var rewritten = Rewritten(from: 2, count);
        _bus.Log = [.. _log[..2], .. rewritten];
        if (isAnnounced) Announce(rewritten);
        else Live.OnInterrupted();
        await ShouldTellGapAsync(_log[^1].Cursor, _log[1].Cursor, rewritten);
        await ShouldTellGapAsync(rewritten[^1].Cursor, new Cursor(_log[0].Cursor.Epoch + 1, 0), []);
    }

    [Fact]
    public async Task ReadAsync_BeginsAnEpoch_BeforeOthersAreAppended()
    {
        _bus.Log = _log[..2];
        Live.OnInterrupted();
        var epoch = _log[0].Cursor.Epoch + 1;
        await ShouldTellGapAsync(_log[^1].Cursor, new Cursor(epoch, 0), []);
        LogEntry[] next = [.. _events.Thoughts(2).Select((thought, i) => new LogEntry(new Cursor(epoch, 1 + i), EventWriter.ToUtf8(thought)))];
        _bus.Log = [.. _log[..2], .. next];
        Announce(next);
        await ShouldGiveAsync(next);
    }

    [Fact]
    public async Task ReadAsync_ChangesNothing_WhenTheLogHoldsWhatWasPassed()
    {
        Announce(Rewritten(from: 2, count: 3));
        Live.OnEntry(_log[0] with { Cursor = new Cursor(5, 1) });
        Live.OnPause();
        var next = Rewritten(from: Seen, count: 1);
        _bus.Log = [.. _log, .. next];
        Announce(next);
        await ShouldGiveAsync(next);
    }

    [Fact]
    public async Task ReadAsync_GoesBackInTheEnd_WhenAReplacedMasterWasHeardFirst()
    {
        var (stale, right) = (Rewritten(from: Seen, count: 2), Rewritten(from: Seen, count: 3));
        _bus.Log = [.. _log, .. stale];
        Announce(stale);
        Announce(right[..2]);
        await ShouldGiveAsync(stale);
        var reads = _bus.Reads;
        var next = _client.NextAsync();
        await Eventually.TrueAsync(() => _bus.Reads > reads, Cancel);
        _bus.Log = [.. _log, .. right];
        Announce(right[2..]);
        (await next).Event.EventId.ShouldBe(Envelopes.Read(right[2]).EventId);
        await ShouldTellGapAsync(right[2].Cursor, _log[^1].Cursor, right);
    }

    private void Announce(IEnumerable<LogEntry> entries)
    {
        foreach (var entry in entries) Live.OnEntry(entry);
        Live.OnPause();
    }

    private LogEntry[] Rewritten(int from, int count) =>
        [.. _events.Thoughts(count).Select((thought, i) => new LogEntry(_log[0].Cursor with { Offset = from + 1 + i }, EventWriter.ToUtf8(thought)))];

    private async Task ShouldTellGapAsync(Cursor from, Cursor to, LogEntry[] next)
    {
        var gap = await _client.NextGapAsync();
        (gap.From, gap.To).ShouldBe(($"{from}", $"{to}"));
        await ShouldGiveAsync(next);
    }

    private async Task ShouldGiveAsync(LogEntry[] expected) =>
        (await _client.NextAsync(expected.Length)).Select(item => (item.Cursor!.Value, item.Event.EventId)).ShouldBe(expected.Select(entry => (entry.Cursor, Envelopes.Read(entry).EventId)));
}
