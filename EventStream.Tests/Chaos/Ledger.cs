using EventStream.Events;

namespace EventStream.Tests.Chaos;

/// <summary>What publishers were promised.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly List<Acknowledgement> _acknowledged = [];

    public int Count
    {
        get { lock (_lock) return _acknowledged.Count; }
    }

    /// <summary>How many of each publisher.</summary>
    public IReadOnlyDictionary<string, int> CountByPublisher()
    {
        lock (_lock) return _acknowledged.CountBy(entry => entry.Event.Publisher).ToDictionary();
    }

    public void Acknowledge(NumberedEvent numbered, Cursor? cursor)
    {
        lock (_lock) _acknowledged.Add(new Acknowledgement(numbered, cursor));
    }

    /// <summary>All of it; a place that the bus no longer knew is taken from who saw the event.</summary>
    public IReadOnlyList<Acknowledgement> Read(IReadOnlyDictionary<NumberedEvent, Cursor> seen)
    {
        lock (_lock) return [.. _acknowledged.Select(entry => entry with { Cursor = entry.Cursor ?? (seen.TryGetValue(entry.Event, out var cursor) ? cursor : null) })];
    }
}
