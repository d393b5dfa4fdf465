using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Tests.Chaos;

/// <summary>The events that were acknowledged to publishers.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly List<(StreamKey Session, Acknowledgement Entry)> _acknowledged = [];
    private readonly Dictionary<NumberedEvent, Cursor?> _relayed = [];

    public int Count
    {
        get { lock (_lock) return _acknowledged.Count; }
    }

    /// <summary>How many events of each publisher are acknowledged.</summary>
    public IReadOnlyDictionary<string, int> CountByPublisher()
    {
        lock (_lock) return _acknowledged.CountBy(acknowledged => acknowledged.Entry.Event.Publisher).ToDictionary();
    }

    public void Acknowledge(StreamKey session, NumberedEvent numbered, Cursor? cursor)
    {
        lock (_lock) _acknowledged.Add((session, new Acknowledgement(numbered, cursor)));
    }

    /// <summary>Records an event's position in the project, as the bus last reported it.</summary>
    public void Relay(NumberedEvent numbered, Cursor? cursor)
    {
        lock (_lock) _relayed[numbered] = cursor;
    }

    /// <summary>All events that a stream must deliver: a session its own, the project those of all sessions.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="seen">The positions at which clients saw events. They fill in for acknowledgements without a position, which the bus no longer knew or reported to a server alone.</param>
    public IReadOnlyList<Acknowledgement> Read(StreamKey stream, IReadOnlyDictionary<NumberedEvent, Cursor> seen)
    {
        lock (_lock)
        {
            var owed = stream == ChaosStage.Project
                ? _acknowledged.Select(acknowledged => acknowledged.Entry with { Cursor = _relayed.GetValueOrDefault(acknowledged.Entry.Event) })
                : _acknowledged.Where(acknowledged => acknowledged.Session == stream).Select(acknowledged => acknowledged.Entry);
            return [.. owed.Select(entry => entry with { Cursor = entry.Cursor ?? (seen.TryGetValue(entry.Event, out var cursor) ? cursor : null) })];
        }
    }
}
