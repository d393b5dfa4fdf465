using Microsoft.Extensions.Logging;

namespace EventStream.Tests.Support;

/// <summary>Keeps what the servers of the tests log in the folder that EVENTSTREAM_TEST_LOGS names, where test.sh looks for secrets.</summary>
internal sealed class ServerLogs : ILoggerProvider
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("EVENTSTREAM_TEST_LOGS") is { Length: > 0 } folder ? folder : null;

    private static readonly Lock Gate = new();

    public static bool AreKept => Folder is not null;

    /// <summary>Keeps what a process printed.</summary>
    public static void Keep(string text)
    {
        if (Folder is null || text.Length == 0) return;
        lock (Gate) File.AppendAllText(Path.Combine(Folder, $"servers-{Environment.ProcessId}.log"), text);
    }

    public ILogger CreateLogger(string categoryName) => new Lines(categoryName);

    public void Dispose() { }

    private sealed class Lines(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Keep($"{logLevel} {category} {formatter(state, exception)} {exception}\n");
    }
}
