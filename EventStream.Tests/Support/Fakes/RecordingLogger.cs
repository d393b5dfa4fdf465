using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EventStream.Tests.Support;

/// <summary>Keeps log entries.</summary>
internal sealed class RecordingLogger<T> : ILogger<T>
{
    private int _traces;

    private readonly ConcurrentQueue<(LogLevel Level, EventId Id, string Text)> _entries = new();

    public IReadOnlyCollection<(LogLevel Level, EventId Id, string Text)> Entries => _entries;

    /// <summary>The level and the name of each entry, such as <c>Warning PublishFailed</c>.</summary>
    public IReadOnlyList<string> Lines => [.. _entries.Select(entry => $"{entry.Level} {entry.Id.Name}")];

    /// <summary>How many entries have an exception, which a console shows with its stack trace.</summary>
    public int Traces => _traces;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null) Interlocked.Increment(ref _traces);
        _entries.Enqueue((logLevel, eventId, formatter(state, exception)));
    }
}
