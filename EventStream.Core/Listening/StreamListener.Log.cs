using EventStream.Bus;
using Microsoft.Extensions.Logging;

namespace EventStream.Listening;

public sealed partial class StreamListener
{
    [LoggerMessage(3101, LogLevel.Warning, "Nothing can be read of {Stream} now; it is tried again until it can, and goes on where it was. {Reason}", EventName = "ListeningInterrupted")]
    private partial void LogInterrupted(StreamKey stream, string reason);

    [LoggerMessage(3102, LogLevel.Information, "{Stream} is read again.", EventName = "ListeningResumed")]
    private partial void LogResumed(StreamKey stream);
}
