using Microsoft.Extensions.Logging;

namespace EventStream.Bus.Redis.Subscribing;

internal sealed partial class StreamSubscriptions
{
    [LoggerMessage(2010, LogLevel.Warning, "A message on channel {Stream} is no event and was skipped; further ones on it are only counted. {Reason}", EventName = "RedisMessageSkipped")]
    private partial void LogNoEvent(StreamKey stream, string reason);

    [LoggerMessage(2011, LogLevel.Debug, "Redis didn't confirm that channel {Stream} was left.", EventName = "RedisUnsubscribeFailed")]
    private partial void LogUnsubscribeFailed(Exception exception, StreamKey stream);

    [LoggerMessage(2012, LogLevel.Error, "A listener of {Stream} failed; the others heard the message.", EventName = "RedisListenerFailed")]
    private partial void LogFaulty(Exception exception, StreamKey stream);
}
