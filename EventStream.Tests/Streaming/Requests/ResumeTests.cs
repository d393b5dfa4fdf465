using EventStream.Bus;
using EventStream.Events;
using EventStream.Listening;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Requests;

public sealed class ResumeTests
{
    private static readonly LogPage NeverWritten = Log("0-0", null, 0);
    private static readonly LogPage Whole = Log("7-5", "7-1", 5);
    private static readonly LogPage Trimmed = Log("7-9", "7-5", 5);
    private static readonly LogPage Expired = Log("7-9", null, 0);
    private static readonly LogPage RolledBack = Log("8-2", "7-4", 4);
    private static readonly LogPage RolledBackTwice = Log("9-2", "7-4", 6);

    public static TheoryData<string, LogPage, string?, string, string?, string, long> Cursors => new()
    {
        { "before everything, never written", NeverWritten, "0-0", "full", null, "0-0", 0 },
        { "before everything, whole", Whole, "0-0", "full", null, "7-0", 5 },
        { "before everything, trimmed", Trimmed, "0-0", "partial", "expired", "7-4", 5 },
        { "before everything, expired", Expired, "0-0", "partial", "expired", "7-9", 0 },
        { "before the first, whole", Whole, "7-0", "full", null, "7-0", 5 },
        { "in the log", Whole, "7-2", "full", null, "7-2", 3 },
        { "at the end", Whole, "7-5", "full", null, "7-5", 0 },
        { "just before the first held", Trimmed, "7-4", "full", null, "7-4", 5 },
        { "older than the first held", Trimmed, "7-3", "partial", "expired", "7-4", 5 },
        { "at the end of an expired log", Expired, "7-9", "full", null, "7-9", 0 },
        { "in an expired log", Expired, "7-8", "partial", "expired", "7-9", 0 },
        { "an earlier epoch", Whole, "6-3", "partial", "epoch_changed", "7-0", 5 },
        { "an earlier epoch, trimmed", Trimmed, "6-3", "partial", "epoch_changed", "7-4", 5 },
        { "a later epoch", Whole, "8-1", "partial", "epoch_changed", "7-0", 5 },
        { "no log left, never known", NeverWritten, "7-3", "partial", "expired", "0-0", 0 },
        { "no log left, another epoch", Expired, "6-3", "partial", "expired", "7-9", 0 },
        { "beyond the end", Whole, "7-6", "partial", "ahead", "7-5", 0 },
        { "beyond the end of an expired log", Expired, "7-10", "partial", "ahead", "7-9", 0 },
        { "rolled back, still held", RolledBack, "7-4", "partial", "epoch_changed", "7-4", 3 },
        { "rolled back, at the new end", RolledBack, "8-2", "full", null, "8-2", 0 },
        { "rolled back, no longer held", RolledBack, "7-9", "partial", "epoch_changed", "7-9", 2 },
        { "rolled back twice, between the two", RolledBackTwice, "8-1", "partial", "epoch_changed", "8-1", 2 },
        { "rolled back, older", RolledBack, "7-2", "partial", "epoch_changed", "7-3", 4 },
    };

    [Theory]
    [MemberData(nameof(Cursors))]
    public void Decide_JudgesTheCursor_When(string what, LogPage log, string? cursor, string verdict, string? reason, string start, long replayed)
    {
        what.ShouldNotBeEmpty();
        Resume.Decide(StartFrom.After(Cursor.Parse(cursor!)), log)
            .ShouldBe(new Resume(verdict, reason, Cursor.Parse(start), replayed));
    }

    [Theory]
    [InlineData(false, "7-9", 0)]
    [InlineData(true, "7-4", 5)]
    public void Decide_StartsWhereItIsAsked_WhenThereIsNoCursor(bool earliest, string start, long replayed)
    {
        Resume.Decide(new StartFrom { IsEarliest = earliest }, Trimmed).ShouldBe(new Resume("none", null, Cursor.Parse(start), replayed));
        Resume.Decide(new StartFrom { IsMalformed = true, IsEarliest = earliest }, Trimmed).ShouldBe(new Resume("none", "malformed_cursor", Cursor.Parse(start), replayed));
    }

    [Fact]
    public void Decide_StartsAtTheEnd_WhenNothingIsHeld() =>
        Resume.Decide(StartFrom.Earliest, Expired).ShouldBe(new Resume("none", null, Cursor.Parse("7-9"), 0));

    private static LogPage Log(string head, string? first, long count) =>
        new() { Entries = [], Head = Cursor.Parse(head), First = first is null ? null : Cursor.Parse(first), Count = count };
}
