using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.InMemory;

public sealed class InMemoryBusTimeTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private readonly FakeTimeProvider _time = new();
    private readonly LogOptions _options = new();
    private readonly StreamKey _stream = StreamKey.Session("a");
    private readonly Envelopes _envelopes = new("a");
    private readonly InMemoryEventBus _bus;

    public InMemoryBusTimeTests() => _bus = new InMemoryEventBus(new InMemoryBusOptions(), _options, _time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task AppendAsync_BeginsTheEpochNow_WhenStreamsAreNew()
    {
        var other = await _bus.AppendAsync(new AppendRequest { Stream = StreamKey.Session("b"), Events = _envelopes.Thoughts(1) }, Cancel);

        (await AppendAsync(_envelopes.Thought())).Head.ShouldBe(new Cursor(Now, 1));
        other.Head.ShouldBe(new Cursor(Now, 1));
    }

    [Fact]
    public async Task AppendAsync_KeepsTheEpoch_WhenTimePasses()
    {
        var first = await AppendAsync(_envelopes.Thought());
        _time.Advance(_options.Retention - Tick);

        (await AppendAsync(_envelopes.Thought())).Head.ShouldBe(first.Head.Next);
    }

    [Fact]
    public async Task AppendAsync_BeginsALaterEpoch_WhenTheClockWentBack()
    {
        var first = await AppendAsync(_envelopes.Thought());
        await _bus.DeleteAsync(_stream, Cancel);
        _time.AdjustTime(_time.GetUtcNow() - TimeSpan.FromHours(1));

        (await AppendAsync(_envelopes.Thought())).Head.ShouldBe(new Cursor(first.Head.Epoch + 1, 1));
    }

    [Fact]
    public async Task ReadAsync_AnswersTheHeadAlone_WhenTheLogExpired()
    {
        var head = (await AppendAsync(_envelopes.Thought(), _envelopes.SessionEnded())).Head;
        _time.Advance(_options.Retention - Tick);
        (await ReadAsync()).Count.ShouldBe(2);

        _time.Advance(Tick);

        var page = await ReadAsync();
        page.Entries.ShouldBeEmpty();
        page.First.ShouldBeNull();
        page.Count.ShouldBe(0);
        page.Head.ShouldBe(head);
        page.EndedAt.ShouldBe(head);
        page.HasMore(Cursor.Zero).ShouldBeFalse();
    }

    [Fact]
    public async Task AppendAsync_KeepsTheLogLonger_WhenEventsGoOn()
    {
        await AppendAsync(_envelopes.Thought());
        _time.Advance(_options.Retention / 2);
        await AppendAsync(_envelopes.Thought());
        _time.Advance(_options.Retention - Tick);

        (await ReadAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task AppendAsync_BeginsANewEpoch_WhenTheLogExpired()
    {
        var before = await AppendAsync(_envelopes.Thought());
        _time.Advance(_options.Retention);

        var after = await AppendAsync(_envelopes.Thought());

        after.Head.ShouldBe(new Cursor(Now, 1));
        after.Head.Epoch.ShouldBeGreaterThan(before.Head.Epoch);
        (await ReadAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_TakesTheOldHead_WhenItIsExpectedOfAnExpiredLog()
    {
        var before = await AppendAsync(_envelopes.Thought());
        _time.Advance(_options.Retention);
        var request = new AppendRequest { Stream = _stream, Events = _envelopes.Thoughts(1), ExpectedHead = before.Head };

        (await _bus.AppendAsync(request, Cancel)).IsConflict.ShouldBeFalse();
        (await _bus.AppendAsync(request with { Events = _envelopes.Thoughts(1) }, Cancel)).IsConflict.ShouldBeTrue();
    }

    [Fact]
    public async Task FindRunEndAsync_AnswersOffsetZero_WhenTheTerminalEventWentWithAnEarlierEpoch()
    {
        var end = await AppendAsync(_envelopes.RunCompleted("r1"));
        _time.Advance(_options.Retention);
        (await _bus.FindRunEndAsync(_stream, "r1", Cancel)).ShouldBe(end.Head);

        var result = await AppendAsync(_envelopes.Thought(), _envelopes.Thought(runId: "r1"));

        result.Receipts.Select(receipt => receipt.Outcome).ShouldBe([AppendOutcome.Stored, AppendOutcome.RunEnded]);
        (await _bus.FindRunEndAsync(_stream, "r1", Cancel)).ShouldBe(new Cursor(result.Head.Epoch, 0));
    }

    [Fact]
    public async Task ReadAsync_ForgetsEverything_WhenTheMetaExpiredToo()
    {
        await AppendAsync(_envelopes.RunCompleted("r1"));
        _time.Advance(_options.MetaRetention - Tick);
        (await ReadAsync()).Head.ShouldNotBe(Cursor.Zero);

        _time.Advance(_options.MetaRetention);

        (await ReadAsync()).Head.ShouldBe(Cursor.Zero);
        (await _bus.FindRunEndAsync(_stream, "r1", Cancel)).ShouldBeNull();
        _bus.StreamCount.ShouldBe(0);
    }

    [Fact]
    public async Task DeleteAsync_DeletesTheMeta_WhenTheLogExpired()
    {
        var head = (await AppendAsync(_envelopes.Thought())).Head;
        _time.Advance(_options.Retention);

        (await _bus.DeleteAsync(_stream, Cancel)).ShouldBe(head.Next);
    }

    [Fact]
    public async Task AppendAsync_StoresAgain_WhenTheDedupeWindowIsOver()
    {
        var thought = _envelopes.Thought();
        await AppendAsync(thought);
        _time.Advance(_options.DedupeWindow - Tick);
        (await AppendAsync(thought)).Receipts[0].Outcome.ShouldBe(AppendOutcome.Duplicate);

        _time.Advance(Tick);

        (await AppendAsync(thought)).Receipts[0].Outcome.ShouldBe(AppendOutcome.Stored);
    }

    [Fact]
    public async Task AppendAsync_StoresAgain_WhenTheLogExpiredInsideTheDedupeWindow()
    {
        var options = new LogOptions { Retention = TimeSpan.FromSeconds(1) };
        var bus = new InMemoryEventBus(new InMemoryBusOptions(), options, _time);
        var request = new AppendRequest { Stream = _stream, Events = _envelopes.Thoughts(1) };
        await bus.AppendAsync(request, Cancel);
        _time.Advance(options.Retention);

        (await bus.AppendAsync(request, Cancel)).Receipts[0].Outcome.ShouldBe(AppendOutcome.Stored);
    }

    [Fact]
    public async Task AnyCall_IsCancelled_WhenTheTokenIs()
    {
        var cancelled = new CancellationToken(canceled: true);
        var request = new AppendRequest { Stream = _stream, Events = _envelopes.Thoughts(1) };

        await Should.ThrowAsync<OperationCanceledException>(async () => await _bus.AppendAsync(request, cancelled));
        await Should.ThrowAsync<OperationCanceledException>(async () => await _bus.ReadAsync(_stream, Cursor.Zero, 1, cancelled));
        await Should.ThrowAsync<OperationCanceledException>(async () => await _bus.FindRunEndAsync(_stream, "r1", cancelled));
        await Should.ThrowAsync<OperationCanceledException>(async () => await _bus.SubscribeAsync(_stream, new RecordingListener(), cancelled));
        await Should.ThrowAsync<OperationCanceledException>(async () => await _bus.DeleteAsync(_stream, cancelled));
        await Should.ThrowAsync<OperationCanceledException>(async () => await _bus.PingAsync(cancelled));
        _bus.StreamCount.ShouldBe(0);
    }

    private ValueTask<AppendResult> AppendAsync(params IReadOnlyList<Event> events) =>
        _bus.AppendAsync(new AppendRequest { Stream = _stream, Events = events }, Cancel);

    private ValueTask<LogPage> ReadAsync() => _bus.ReadAsync(_stream, Cursor.Zero, 100, Cancel);
}
