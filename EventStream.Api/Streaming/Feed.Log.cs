using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming;

internal sealed partial class Feed
{
    [LoggerMessage(1005, LogLevel.Error, "{Stream} couldn't be healed from its log because of a defect; it is tried again and again.", EventName = "FeedHealingFailed")]
    private partial void LogFailed(Exception exception, StreamKey stream);

    [LoggerMessage(1006, LogLevel.Error, "Writing to the subscribers of {Stream} together failed because of a defect; each of them writes for itself.", EventName = "FeedFanOutFailed")]
    private partial void LogFanOutFailed(Exception exception, StreamKey stream);

    [LoggerMessage(1001, LogLevel.Information, "{Stream} missed announcements and was healed from the log: {From} to {To}.", EventName = "FeedHealed")]
    private partial void LogHealed(StreamKey stream, Cursor from, Cursor to);

    [LoggerMessage(1002, LogLevel.Warning, "{Stream} lost the events after {From} up to {To}; its subscribers were told.", EventName = "FeedGap")]
    private partial void LogGap(StreamKey stream, Cursor from, Cursor to);

    [LoggerMessage(1003, LogLevel.Warning, "{Stream} heard of {Cursor}, which its log doesn't hold; it was skipped.", EventName = "FeedEntryNotInLog")]
    private partial void LogNotInLog(StreamKey stream, Cursor cursor);

    [LoggerMessage(1004, LogLevel.Warning, "{Stream} was at {From}, but its log was rolled back to {To}. Its subscribers were told.", EventName = "FeedRewound")]
    private partial void LogRewound(StreamKey stream, Cursor from, Cursor to);
}
