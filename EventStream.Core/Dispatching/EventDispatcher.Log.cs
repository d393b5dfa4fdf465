using Microsoft.Extensions.Logging;

namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Warning, "The bus doesn't answer. Events are held in order and repeated, each batch for up to {RetryBudget}.", EventName = "BusStoppedAnswering")]
        public static partial void BusStoppedAnswering(ILogger logger, TimeSpan retryBudget, Exception exception);

        [LoggerMessage(3002, LogLevel.Information, "The bus answers again.", EventName = "BusAnswersAgain")]
        public static partial void BusAnswersAgain(ILogger logger);

        [LoggerMessage(3003, LogLevel.Error, "{Count} events were given up since the last such line; the latest were of session {SessionId}.", EventName = "EventsGivenUp")]
        public static partial void EventsGivenUp(ILogger logger, long count, string sessionId, Exception exception);

        [LoggerMessage(3004, LogLevel.Warning, "The dispatcher is full, so deltas are dropped until there is room.", EventName = "DeltasDropped")]
        public static partial void DeltasDropped(ILogger logger);

        [LoggerMessage(3005, LogLevel.Information, "The dispatcher has room again; {Count} deltas were dropped.", EventName = "DeltasTakenAgain")]
        public static partial void DeltasTakenAgain(ILogger logger, long count);

        [LoggerMessage(3006, LogLevel.Error, "The callback {Callback} threw an exception; dispatching goes on.", EventName = "CallbackThrew")]
        public static partial void CallbackThrew(ILogger logger, string callback, Exception exception);
    }
}
