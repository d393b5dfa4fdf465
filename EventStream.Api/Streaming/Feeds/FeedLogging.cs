using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>What feeds log.</summary>
internal static partial class FeedLogging
{
    [LoggerMessage(1001, LogLevel.Information, "{Stream} missed announcements and was healed from the log: {From} to {To}.", EventName = "FeedHealed")]
    public static partial void LogHealed(this ILogger logger, StreamKey stream, Cursor from, Cursor to);

    [LoggerMessage(1002, LogLevel.Warning, "{Stream} lost the events after {From} up to {To}; its subscribers were told.", EventName = "FeedGap")]
    public static partial void LogGap(this ILogger logger, StreamKey stream, Cursor from, Cursor to);

    [LoggerMessage(1003, LogLevel.Warning, "{Stream} heard of {Cursor}, which its log doesn't hold; it was skipped, and further ones are only counted.", EventName = "FeedEntryNotInLog")]
    public static partial void LogNotInLog(this ILogger logger, StreamKey stream, Cursor cursor);

    [LoggerMessage(1004, LogLevel.Warning, "{Stream} was at {From}, but its log was rolled back to {To}. Its subscribers were told.", EventName = "FeedRewound")]
    public static partial void LogRewound(this ILogger logger, StreamKey stream, Cursor from, Cursor to);

    [LoggerMessage(1007, LogLevel.Error, "Folding the events of {Stream} in a dialect failed because of a defect; each of its clients folds for itself.", EventName = "FeedFoldFailed")]
    public static partial void LogFoldFailed(this ILogger logger, Exception exception, StreamKey stream);

    [LoggerMessage(1005, LogLevel.Error, "{Stream} couldn't be healed from its log because of a defect; it is tried again and again.", EventName = "FeedHealingFailed")]
    public static partial void LogHealingFailed(this ILogger logger, Exception exception, StreamKey stream);
}
