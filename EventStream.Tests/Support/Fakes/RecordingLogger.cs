using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EventStream.Tests.Support;

/// <summary>Keeps log entries.</summary>
internal sealed class RecordingLogger<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, EventId Id, string Text)> _entries = new();

    public IReadOnlyCollection<(LogLevel Level, EventId Id, string Text)> Entries => _entries;

    /// <summary>The level and the name of each entry, such as <c>Warning PublishFailed</c>.</summary>
    public IReadOnlyList<string> Lines => [.. _entries.Select(entry => $"{entry.Level} {entry.Id.Name}")];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((logLevel, eventId, formatter(state, exception)));
}
