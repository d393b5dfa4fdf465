using Microsoft.Extensions.Logging;

namespace EventStream.Bus.Redis.Commands;

internal sealed partial class CommandConnection
{
    [LoggerMessage(2001, LogLevel.Warning, "Redis at {EndPoint} can't be reached; it is tried again until it can. Meanwhile nothing is stored, and streams wait.", EventName = "RedisUnreachable")]
    private partial void LogUnreachable(string endPoint);

    [LoggerMessage(2002, LogLevel.Warning, "The connection to Redis at {EndPoint} was lost ({Failure}). Streams stay open and heal when it is back.", EventName = "RedisLost")]
    private partial void LogLost(string endPoint, string failure);

    [LoggerMessage(2003, LogLevel.Information, "The connection to Redis at {EndPoint} is back.", EventName = "RedisRestored")]
    private partial void LogRestored(string endPoint);

    [LoggerMessage(2013, LogLevel.Warning, "{Reason}. {Fix} This is told once a minute at most. Redis' words: {Error}", EventName = "RedisRefused")]
    private partial void LogRefused(string reason, string fix, string error);
}
