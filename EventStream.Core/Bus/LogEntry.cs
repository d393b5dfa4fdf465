using EventStream.Events;

namespace EventStream.Bus;

/// <summary>One event of a log.</summary>
/// <param name="Cursor">Its position in the log.</param>
/// <param name="Envelope">The envelope as JSON in UTF-8, as <see cref="EventWriter"/> wrote it; empty where another program has put something else.</param>
public readonly record struct LogEntry(Cursor Cursor, ReadOnlyMemory<byte> Envelope);
