using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Delivery;

/// <summary>What deliveries log.</summary>
internal static partial class DeliveryLogging
{
    [LoggerMessage(1006, LogLevel.Error, "Writing to the subscribers of {Stream} together failed because of a defect; each of them writes for itself.", EventName = "FeedFanOutFailed")]
    public static partial void LogFanOutFailed(this ILogger logger, Exception exception, StreamKey stream);

    [LoggerMessage(1010, LogLevel.Debug, "A stream of {Stream} ended at {Position}: {Reason}.", EventName = "StreamEnded")]
    public static partial void LogStreamEnded(this ILogger logger, StreamKey stream, string reason, Cursor position);
}
