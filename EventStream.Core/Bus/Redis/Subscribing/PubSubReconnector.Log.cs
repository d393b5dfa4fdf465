using Microsoft.Extensions.Logging;

namespace EventStream.Bus.Redis.Subscribing;

internal sealed partial class PubSubReconnector
{
    [LoggerMessage(2004, LogLevel.Error, "Subscribing to Redis failed in a way that is not an outage; it is tried again.", EventName = "RedisSubscribingFailed")]
    private partial void LogOpening(Exception exception);

    [LoggerMessage(2005, LogLevel.Warning, "The subscribing connection to Redis at {EndPoint} was lost ({Reason}). Streams heal as soon as another one stands.", EventName = "RedisSubscriberLost")]
    private partial void LogLost(string endPoint, string reason);

    [LoggerMessage(2006, LogLevel.Information, "A subscribing connection to Redis stands again, at {EndPoint}.", EventName = "RedisSubscriberOpened")]
    private partial void LogOpened(string endPoint);

    [LoggerMessage(2009, LogLevel.Debug, "No subscribing connection to Redis at {EndPoint}.", EventName = "RedisSubscriberNotOpened")]
    private partial void LogNotOpened(Exception exception, string endPoint);
}
