using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Listening;

/// <summary>The verdict on a client's cursor: where its stream starts, and what it is told about it.</summary>
/// <param name="Verdict"><c>full</c>, <c>partial</c> or <c>none</c>.</param>
/// <param name="Reason">Why it isn't <c>full</c>; null without a cursor.</param>
/// <param name="Start">The position before the first event that follows.</param>
/// <param name="Replayed">How many logged events follow before the live ones.</param>
internal readonly record struct Resume(string Verdict, string? Reason, Cursor Start, long Replayed)
{
    public const string Full = "full";
    public const string Partial = "partial";
    public const string None = "none";

    /// <summary>Judges what a client asks for against the state of the log.</summary>
    public static Resume Decide(StartFrom from, LogPage log) => from switch
    {
        { IsMalformed: true } => Fresh(from, log) with { Reason = "malformed_cursor" },
        { Cursor: null } => Fresh(from, log),
        { Cursor: { } cursor } => Judge(cursor, log),
    };

    private static Resume Fresh(StartFrom from, LogPage log) =>
        from.IsEarliest ? Held(log, None, null) : new Resume(None, null, log.Head, 0);

    private static Resume Judge(Cursor cursor, LogPage log)
    {
        var before = log.First?.Previous;
        if (cursor == Cursor.Zero)
        {
            var complete = before is { Offset: 0 } || log.Head == Cursor.Zero;
            return complete ? Held(log, Full, null) : Held(log, Partial, "expired");
        }
        if (cursor.Epoch != log.Head.Epoch) return OtherEpoch(cursor, log);
        if (cursor > log.Head) return new Resume(Partial, "ahead", log.Head, 0);
        if (cursor == log.Head || cursor >= before) return new Resume(Full, null, cursor, log.Head.Offset - cursor.Offset);
        return Held(log, Partial, "expired");
    }

    private static Resume OtherEpoch(Cursor cursor, LogPage log)
    {
        // A log that was rolled back, maybe more than once, still holds entries of earlier epochs: those the client has seen are not sent again.
        if (log.First is { } first && cursor >= first && cursor < log.Head)
        {
            // All of the newest epoch follows. How much of the client's own epoch survived is only known when that is the first.
            var ofOwn = cursor.Epoch == first.Epoch ? log.Count - (cursor.Offset - first.Offset + 1) : 0;
            return new Resume(Partial, "epoch_changed", cursor, Math.Max(ofOwn, log.Head.Offset));
        }
        return Held(log, Partial, log.First is null ? "expired" : "epoch_changed");
    }

    private static Resume Held(LogPage log, string verdict, string? reason) =>
        new(verdict, reason, log.First?.Previous ?? log.Head, log.Count);
}
