using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

public abstract partial class EventBusContract
{
    [Fact]
    public async Task DeleteAsync_AnswersNull_WhenNothingWasAppended()
    {
        (await Bus.DeleteAsync(Stream, Cancel)).ShouldBeNull();
        (await ReadStateAsync()).DeletedAt.ShouldBeNull();
    }

    [Fact]
    public async Task DeleteAsync_RemovesTheLogAndLeavesAMark_WhenThereWasOne()
    {
        var head = (await AppendAsync(_envelopes.Thought(), _envelopes.SessionEnded(), _envelopes.RunCompleted("r1"))).Head;

        var deletedAt = await Bus.DeleteAsync(Stream, Cancel);

        deletedAt.ShouldBe(head.Next);
        var page = await ReadAsync();
        page.Entries.ShouldBeEmpty();
        page.First.ShouldBeNull();
        page.Count.ShouldBe(0);
        page.Head.ShouldBe(head.Next);
        page.DeletedAt.ShouldBe(head.Next);
        page.EndedAt.ShouldBeNull();
        page.HasMore(Cursor.Zero).ShouldBeFalse();
        (await Bus.FindRunEndAsync(Stream, "r1", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task DeleteAsync_AnswersNull_WhenItWasDeletedAlready()
    {
        await AppendAsync(_envelopes.Thought());
        var deletedAt = await Bus.DeleteAsync(Stream, Cancel);

        (await Bus.DeleteAsync(Stream, Cancel)).ShouldBeNull();

        (await ReadStateAsync()).DeletedAt.ShouldBe(deletedAt);
    }

    [Fact]
    public async Task DeleteAsync_AnnouncesItsCursor_WhenAListenerIsSubscribed()
    {
        var listener = new RecordingListener();
        await using var subscription = await Bus.SubscribeAsync(Stream, listener, Cancel);
        await AppendAsync(_envelopes.Thought());

        var deletedAt = await Bus.DeleteAsync(Stream, Cancel);

        await listener.HeardAsync(2, Cancel);
        var announced = listener.Entries[1];
        announced.Cursor.ShouldBe(deletedAt!.Value);
        var envelope = Envelopes.Read(announced);
        envelope.Type.ShouldBe("session_deleted");
        envelope.SessionId.ShouldBe(Stream.Id);
    }

    [Fact]
    public async Task DeleteAsync_DeletesOnce_WhenManyDeleteAtOnce()
    {
        await AppendAsync(_envelopes.Thought());

        var cursors = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(async () => await Bus.DeleteAsync(Stream, Cancel), Cancel)));

        cursors.Count(cursor => cursor is not null).ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_BeginsANewEpoch_WhenTheLogWasDeleted()
    {
        var thought = _envelopes.Thought();
        await AppendAsync(thought, _envelopes.RunCompleted("r1"));
        var deletedAt = (await Bus.DeleteAsync(Stream, Cancel))!.Value;

        var reborn = await AppendAsync(thought, _envelopes.Thought(runId: "r1"));

        Outcomes(reborn).ShouldBe([Stored, Stored]);
        reborn.Head.Epoch.ShouldBeGreaterThan(deletedAt.Epoch);
        reborn.Head.Offset.ShouldBe(2);
        var page = await ReadAsync(deletedAt);
        Offsets(page.Entries).ShouldBe([1, 2]);
        page.DeletedAt.ShouldBeNull();
    }

    [Fact]
    public async Task AppendAsync_TakesTheDeletionAsHead_WhenItIsExpected()
    {
        var head = (await AppendAsync(_envelopes.Thought())).Head;
        var deletedAt = (await Bus.DeleteAsync(Stream, Cancel))!.Value;

        (await AppendExpectingAsync(head, _envelopes.Thought())).IsConflict.ShouldBeTrue();
        (await AppendExpectingAsync(deletedAt, _envelopes.Thought())).IsConflict.ShouldBeFalse();
    }

    [Fact]
    public async Task AppendAsync_BeginsALaterEpochEachTime_WhenDeletedAgainAndAgain()
    {
        var epochs = new List<long>();
        for (var life = 0; life < 5; life++)
        {
            epochs.Add((await AppendAsync(_envelopes.Thought())).Head.Epoch);
            await Bus.DeleteAsync(Stream, Cancel);
        }

        epochs.ShouldBe(epochs.Distinct().Order());
    }

    [Fact]
    public async Task ReadAsync_TellsTheDeletion_WhenAnEventSaysSoUntilAnotherFollows()
    {
        await AppendAsync(_envelopes.Thought());
        var deletion = _envelopes.SessionDeleted();
        var deleted = await AppendAsync(deletion);

        var page = await ReadStateAsync();
        (page.EndedAt, page.DeletedAt, page.Count).ShouldBe((deleted.Head, deleted.Head, 2));
        (await AppendAsync(deletion)).Receipts[0].Outcome.ShouldBe(AppendOutcome.Duplicate);

        (await AppendAsync(_envelopes.Thought())).Head.ShouldBe(deleted.Head.Next);
        page = await ReadStateAsync();
        (page.EndedAt, page.DeletedAt).ShouldBe((null, null));
    }

    [Fact]
    public async Task DeleteAsync_RemovesTheLog_WhenAnEventHadSaidSo()
    {
        var said = await AppendAsync(_envelopes.Thought(), _envelopes.SessionDeleted());

        (await Bus.DeleteAsync(Stream, Cancel)).ShouldBe(said.Head.Next);

        (await ReadStateAsync()).Count.ShouldBe(0);
    }
}
