using EventStream.Api.Settings;

namespace EventStream.Api.Telemetry;

/// <summary>Leaves out why the server can't start where the program says it in one line: the framework would add a stack trace.</summary>
internal sealed class StartLogger(ILogger logger) : ILogger
{
    /// <summary>Whether the framework tells there that a start failed.</summary>
    public static bool Is(string category) => category is "Microsoft.Extensions.Hosting.Internal.Host" or "Microsoft.AspNetCore.Server.Kestrel";

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => logger.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // A start that fails ends services of the background before they have begun.
        if (exception is OperationCanceledException { CancellationToken.IsCancellationRequested: true }) return;
        if (exception is null || !StartFailure.IsTold(exception)) logger.Log(logLevel, eventId, state, exception, formatter);
    }
}
