using EventStream.Bus;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

public abstract partial class EventBusContract
{
    [Fact]
    public async Task ReadAsync_AnswersAnEmptyState_WhenStreamIsUnknown()
    {
        var page = await ReadAsync();

        page.Entries.ShouldBeEmpty();
        page.Head.ShouldBe(Cursor.Zero);
        page.First.ShouldBeNull();
        page.Count.ShouldBe(0);
        page.EndedAt.ShouldBeNull();
        page.DeletedAt.ShouldBeNull();
        page.HasMore(Cursor.Zero).ShouldBeFalse();
    }

    [Fact]
    public async Task ReadAsync_AnswersTheStateAlone_WhenNoEntriesAreWanted()
    {
        var head = (await AppendAsync(_envelopes.Thoughts(3))).Head;

        var page = await ReadStateAsync();

        page.Entries.ShouldBeEmpty();
        page.Head.ShouldBe(head);
        page.First.ShouldBe(head with { Offset = 1 });
        page.Count.ShouldBe(3);
        page.HasMore(Cursor.Zero).ShouldBeTrue();
        page.HasMore(head).ShouldBeFalse();
    }

    [Fact]
    public async Task ReadAsync_AnswersWhatFollows_WhenCursorIsInTheLog()
    {
        var events = _envelopes.Thoughts(4);
        var head = (await AppendAsync(events)).Head;

        var page = await ReadAsync(head with { Offset = 2 });

        Ids(page.Entries).ShouldBe(Ids(events[2..]));
        Offsets(page.Entries).ShouldBe([3, 4]);
        page.HasMore(head with { Offset = 2 }).ShouldBeFalse();
    }

    [Fact]
    public async Task ReadAsync_AnswersAll_WhenCursorIsBeforeTheFirstEvent()
    {
        var head = (await AppendAsync(_envelopes.Thoughts(2))).Head;

        Offsets((await ReadAsync(head with { Offset = 0 })).Entries).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task ReadAsync_AnswersNothing_WhenCursorIsAtOrBeyondTheHead()
    {
        var head = (await AppendAsync(_envelopes.Thoughts(2))).Head;

        (await ReadAsync(head)).Entries.ShouldBeEmpty();
        var beyond = await ReadAsync(new Cursor(head.Epoch, 999_999_999_999_999));
        beyond.Entries.ShouldBeEmpty();
        beyond.Head.ShouldBe(head);
    }

    [Fact]
    public async Task ReadAsync_ComparesEpochsFirst_WhenCursorIsOfAnotherEpoch()
    {
        var head = (await AppendAsync(_envelopes.Thoughts(2))).Head;

        Offsets((await ReadAsync(new Cursor(head.Epoch - 1, 999))).Entries).ShouldBe([1, 2]);
        (await ReadAsync(new Cursor(head.Epoch + 1, 0))).Entries.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task ReadAsync_GoesThroughTheLogWithoutHoles_WhenReadInPages(int pageSize)
    {
        await AppendAsync(_envelopes.Thoughts(14));
        var offsets = new List<long>();
        var after = Cursor.Zero;
        LogPage page;

        do
        {
            page = await ReadAsync(after, pageSize);
            page.Entries.Count.ShouldBeInRange(1, pageSize);
            offsets.AddRange(Offsets(page.Entries));
            after = page.Entries[^1].Cursor;
        }
        while (page.HasMore(after));

        offsets.ShouldBe(OneTo(14));
    }

    [Fact]
    public async Task ReadAsync_EndsPagesByBytes_WhenEventsAreLarge()
    {
        var text = new string('x', 200_000);
        for (var i = 0; i < 12; i++) await AppendAsync(_envelopes.Thought(text));
        var offsets = new List<long>();
        var after = Cursor.Zero;
        LogPage page;

        do
        {
            page = await ReadAsync(after);
            page.Entries.ShouldNotBeEmpty();
            page.Entries.Sum(entry => (long)entry.Envelope.Length).ShouldBeLessThanOrEqualTo(BusLimits.MaxPageBytes);
            offsets.AddRange(Offsets(page.Entries));
            after = page.Entries[^1].Cursor;
        }
        while (page.HasMore(after));

        offsets.ShouldBe(OneTo(12));
    }

    [Fact]
    public async Task ReadAsync_AnswersTheLastEvents_WhenTheLogWasTrimmedByCount()
    {
        var bus = await BusWithAsync(new LogOptions { MaxEvents = 5 });
        for (var i = 0; i < 4; i++) await AppendAsync(bus, _envelopes.Thoughts(3));

        var page = await bus.ReadAsync(Stream, Cursor.Zero, 100, Cancel);

        Offsets(page.Entries).ShouldBe([8, 9, 10, 11, 12]);
        page.First.ShouldBe(page.Head with { Offset = 8 });
        page.Count.ShouldBe(5);
    }

    [Fact]
    public async Task ReadAsync_AnswersTheLastEvents_WhenABatchIsLargerThanTheLog()
    {
        var bus = await BusWithAsync(new LogOptions { MaxEvents = 5 });

        var result = await AppendAsync(bus, _envelopes.Thoughts(12));

        Outcomes(result).ShouldAllBe(outcome => outcome == Stored);
        Offsets((await bus.ReadAsync(Stream, Cursor.Zero, 100, Cancel)).Entries).ShouldBe([8, 9, 10, 11, 12]);
    }

    [Fact]
    public async Task ReadAsync_AnswersTheLastEvents_WhenTheLogWasTrimmedByBytes()
    {
        var options = new LogOptions { MaxBytes = EventLimits.MaxEventBytes };
        var bus = await BusWithAsync(options);
        var text = new string('x', 20_000);
        for (var i = 0; i < 60; i++) await AppendAsync(bus, _envelopes.Thought(text));

        var page = await bus.ReadAsync(Stream, Cursor.Zero, 100, Cancel);

        // The bound is approximate: each bus counts its own way, but not far from the bound.
        page.Entries.Sum(entry => (long)entry.Envelope.Length).ShouldBeInRange(options.MaxBytes / 2, 2 * options.MaxBytes);
        page.Entries[^1].Cursor.ShouldBe(page.Head);
        page.Head.Offset.ShouldBe(60);
        page.First.ShouldBe(page.Entries[0].Cursor);
        page.Count.ShouldBe(page.Entries.Count);
    }

    [Fact]
    public async Task ReadAsync_SaysWhereTheSessionEnded_UntilItIsStartedAgain()
    {
        await AppendAsync(_envelopes.SessionStarted());
        (await ReadStateAsync()).EndedAt.ShouldBeNull();

        var ended = await AppendAsync(_envelopes.SessionEnded());
        await AppendAsync(_envelopes.Thought());
        (await ReadStateAsync()).EndedAt.ShouldBe(ended.Head);

        var again = await AppendAsync(_envelopes.SessionEnded());
        (await ReadStateAsync()).EndedAt.ShouldBe(again.Head);

        await AppendAsync(_envelopes.SessionStarted());
        (await ReadStateAsync()).EndedAt.ShouldBeNull();
    }

    [Fact]
    public async Task ReadAsync_TakesTheLastOfBoth_WhenABatchEndsAndStartsTheSession()
    {
        await AppendAsync(_envelopes.SessionEnded(), _envelopes.SessionStarted());
        (await ReadStateAsync()).EndedAt.ShouldBeNull();

        var result = await AppendAsync(_envelopes.SessionStarted(), _envelopes.SessionEnded(), _envelopes.Thought());
        (await ReadStateAsync()).EndedAt.ShouldBe(result.Receipts[1].Cursor);
    }
}
