using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventStream.Dispatching;

/// <summary>Passes lines on to the logger. Errors that no logger takes go to standard error, so that no loss goes unseen; <see cref="NullLogger{T}"/> silences them.</summary>
internal sealed class LastResortLogger(ILogger? logger) : ILogger
{
    public bool IsSilent => logger is NullLogger<EventDispatcher>;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => IsTaken(logLevel) || (!IsSilent && logLevel >= LogLevel.Error);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsTaken(logLevel))
        {
            WriteLine(formatter(state, exception));
            return;
        }
        try
        {
            logger!.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // A logger is the host's code: its exception must not stop the lane.
            WriteLine(formatter(state, exception));
        }
    }

    /// <summary>Writes to standard error: loggers may be gone when the process ends.</summary>
    public void WriteLine(string message)
    {
        if (IsSilent) return;
        try
        {
            Console.Error.WriteLine($"EventStream: {message.ReplaceLineEndings(" ")}");
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // No one reads it any more, or it was closed before the start.
        }
    }

    private bool IsTaken(LogLevel logLevel) => logger?.IsEnabled(logLevel) == true;
}
