using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Listening;

/// <summary>What ends a reading: the durable marks of the log.</summary>
/// <param name="Until">What is waited for.</param>
/// <param name="Log">The state of the log.</param>
/// <param name="RunEnd">Where the run ended that is waited for; null while it hasn't.</param>
internal readonly record struct EndMarks(StreamUntil Until, LogPage Log, Cursor? RunEnd)
{
    public const string SessionDeleted = "session_deleted";
    public const string SessionEnded = "session_ended";
    public const string RunEnded = "run_ended";

    /// <summary>The reason why nothing follows a position; null when something may. A mark at offset 0 was lost with an earlier epoch.</summary>
    public string? ReachedAt(Cursor position) =>
        IsAt(Log.DeletedAt, position) ? SessionDeleted
        : Until == StreamUntil.SessionEnds && IsAt(Log.EndedAt, position) ? SessionEnded
        : Until == StreamUntil.RunEnds && IsAt(RunEnd, position) ? RunEnded
        : null;

    private static bool IsAt(Cursor? mark, Cursor position) => mark is { } at && (at <= position || at.Offset == 0);
}
