using Microsoft.Extensions.Logging;

namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Warning, "The bus doesn't answer. Events are held in order and repeated, each batch for up to {RetryBudget}. {Reason}", EventName = "BusStoppedAnswering")]
        public static partial void BusStoppedAnswering(ILogger logger, TimeSpan retryBudget, string reason);

        [LoggerMessage(3002, LogLevel.Information, "The bus answers again.", EventName = "BusAnswersAgain")]
        public static partial void BusAnswersAgain(ILogger logger);

        [LoggerMessage(3003, LogLevel.Error, "Events given up since the last such line: {Count}, the latest of session {SessionId}. {Reason}", EventName = "EventsGivenUp")]
        public static partial void EventsGivenUp(ILogger logger, long count, string sessionId, string reason, Exception? exception);

        [LoggerMessage(3004, LogLevel.Warning, "The dispatcher is full, so deltas are dropped until there is room.", EventName = "DeltasDropped")]
        public static partial void DeltasDropped(ILogger logger);

        [LoggerMessage(3005, LogLevel.Error, "No more deltas are dropped; while the dispatcher was full, {Count} were.", EventName = "DeltasTakenAgain")]
        public static partial void DeltasTakenAgain(ILogger logger, long count);

        [LoggerMessage(3006, LogLevel.Error, "The callback {Callback} threw an exception; dispatching goes on. Exceptions of callbacks since the last such line: {Count}. {Reason}", EventName = "CallbackThrew")]
        public static partial void CallbackThrew(ILogger logger, string callback, long count, string reason, Exception exception);

        [LoggerMessage(3007, LogLevel.Error, "The dispatcher was disposed with {Count} events not known to be stored, because a callback or the appender doesn't return.", EventName = "EventsLeft")]
        public static partial void EventsLeft(ILogger logger, long count);
    }
}
