using System.Text;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>A master that was replaced while it was frozen answers, for a moment, from its own log, which ends earlier and has other events.</summary>
public sealed class StaleNodeTests : IAsyncDisposable
{
    private const string Session = "s";

    private readonly TestBus _bus = new();
    private readonly TestServer _server;
    private readonly Envelopes _events = new(Session);
    private int _staleAnswers;

    public StaleNodeTests() => _server = TestServer.StartWith(_bus);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_BringsWhatTheLogHolds_WhenAPageOfAnOlderLogIsAnsweredFirst()
    {
        var log = await AppendedAsync();
        await using var watching = await _server.OpenAsync($"/events/{Session}");
        await watching.NextAsync();
        AnswerOnceFrom([log[0], log[1], .. Others(log[0].Cursor.Epoch, from: 3, count: 2)]);
        await using var late = await _server.OpenAsync($"/events/{Session}?from=earliest");
        (await late.NextAsync(1 + log.Length)).Skip(1).Select(item => item.Data).ShouldBe(log.Select(Text));
        _staleAnswers.ShouldBe(0);
    }

    [Fact]
    public async Task OnInterrupted_TellsNoGap_WhenAnOlderLogIsAnsweredFirst()
    {
        await using var watching = await _server.OpenAsync($"/events/{Session}");
        await watching.NextAsync();
        var log = await AppendedAsync();
        await watching.NextAsync(log.Length);
        var next = Others(log[0].Cursor.Epoch, from: log.Length + 1, count: 2);
        _bus.Log = [.. log, next[0]];
        AnswerOnceFrom(log[..2]);
        _bus.Listeners[0].OnInterrupted();
        (await watching.NextAsync()).Data.ShouldBe(Text(next[0]));
        _staleAnswers.ShouldBe(0);
        _bus.Log = [.. log, .. next];
        _bus.Listeners[0].OnEntry(next[1]);
        (await watching.NextAsync()).Data.ShouldBe(Text(next[1]));
    }

    private void AnswerOnceFrom(LogEntry[] older)
    {
        _staleAnswers = 1;
        _bus.Page = page => page.Entries.Count > 0 && Interlocked.Exchange(ref _staleAnswers, 0) == 1
            ? page with { Entries = [.. older.Where(entry => entry.Cursor >= page.Entries[0].Cursor)], Head = older[^1].Cursor }
            : page;
    }

    private LogEntry[] Others(long epoch, int from, int count) =>
        [.. _events.Thoughts(count).Select((thought, i) => new LogEntry(new Cursor(epoch, from + i), EventWriter.ToUtf8(thought)))];

    private async Task<LogEntry[]> AppendedAsync()
    {
        await _server.AppendAsync(Session, _events.Thoughts(6));
        return [.. (await _bus.ReadAsync(StreamKey.Session(Session), Cursor.Zero, 100, TestContext.Current.CancellationToken)).Entries];
    }

    private static string Text(LogEntry entry) => Encoding.UTF8.GetString(entry.Envelope.Span);
}
