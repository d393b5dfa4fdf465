using EventStream.Events;

namespace EventStream.Tests.Chaos;

/// <summary>Whether a client saw every acknowledged event exactly once and in order, or was told exactly what is missing.</summary>
/// <param name="Delivered">Acknowledged events that it saw.</param>
/// <param name="Lost">Acknowledged events that it didn't see, and that were either not reported as gone or reported though the log holds them.</param>
/// <param name="Repeated">Events that it saw again.</param>
/// <param name="Reported">Acknowledged events that were reported as gone, and are gone.</param>
/// <param name="Gaps">How many gaps were reported.</param>
/// <param name="Withdrawn">Events that it saw before it was told that the log went back to an earlier position.</param>
/// <param name="Positions">The position at which it saw each event, without withdrawn ones.</param>
/// <param name="Faults">Every broken promise, a sentence each.</param>
internal sealed record Verdict(
    int Delivered, int Lost, int Repeated, int Reported, int Gaps, int Withdrawn, IReadOnlyDictionary<NumberedEvent, Cursor> Positions, IReadOnlyList<string> Faults)
{
    /// <param name="acknowledged">The events that were acknowledged to publishers.</param>
    /// <param name="observations">What the client received, in order.</param>
    /// <param name="held">The events that the log holds in the end.</param>
    public static Verdict Judge(IEnumerable<Acknowledgement> acknowledged, IEnumerable<Observation> observations, IReadOnlySet<NumberedEvent> held)
    {
        var reading = new Reading(acknowledged);
        foreach (var observation in observations) reading.Take(observation);
        return reading.Close(held);
    }

    private sealed class Reading(IEnumerable<Acknowledgement> acknowledged)
    {
        private readonly Dictionary<NumberedEvent, Cursor?> _acknowledged = acknowledged.ToDictionary(entry => entry.Event, entry => entry.Cursor);
        private readonly Dictionary<string, long> _lastOf = [];
        private readonly Dictionary<NumberedEvent, Cursor> _seen = [];
        private readonly HashSet<NumberedEvent> _withdrawn = [];
        private readonly List<(Cursor From, Cursor To)> _gaps = [];
        private readonly List<string> _faults = [];
        private Cursor? _start;
        private Cursor _position;
        private int _repeated;

        public void Take(Observation observation)
        {
            switch (observation)
            {
                case Observation.Joined joined: Take(joined); break;
                case Observation.Seen seen: Take(seen); break;
                case Observation.Gap gap: Take(gap); break;
                case Observation.Stopped stopped: _faults.Add($"It was answered {(int)stopped.Status} after {_position} and stopped."); break;
                case Observation.Closed closed: _faults.Add($"It was closed with {(int)closed.Status} after {_position} and stopped."); break;
                case Observation.Flooded: _faults.Add($"It was flooded; it stood at {_position}."); break;
                default: break;
            }
        }

        public Verdict Close(IReadOnlySet<NumberedEvent> held)
        {
            if (_start is null) _faults.Add("It never joined.");
            var (delivered, lost, told) = (0, 0, 0);
            foreach (var (numbered, cursor) in _acknowledged)
            {
                if (_seen.TryGetValue(numbered, out var seen))
                {
                    delivered++;
                    if (cursor is not null && cursor != seen) _faults.Add($"{numbered} came at {seen} but was acknowledged at {cursor}.");
                    continue;
                }
                if (cursor <= _start) continue;
                var isReported = _withdrawn.Contains(numbered) || _gaps.Any(gap => Holds(gap, numbered, cursor));
                if (isReported && !held.Contains(numbered))
                {
                    told++;
                    continue;
                }
                lost++;
                _faults.Add(isReported ? $"{numbered} at {cursor} was told to be gone, but the log holds it." : $"{numbered} at {cursor} was lost.");
            }
            return new Verdict(delivered, lost, _repeated, told, _gaps.Count, _withdrawn.Count, _seen, _faults);
        }

        // The position of an event is unknown when no client saw it and the bus no longer knew it. It then lies between the positions of its publisher's neighbouring events.
        // When others' events took the place of lost ones before anyone noticed, only the end of the epoch tells it.
        private bool Holds((Cursor From, Cursor To) gap, NumberedEvent numbered, Cursor? cursor) => cursor is { } place
            ? (gap.From < place && place <= gap.To) || (gap.From.Epoch == place.Epoch && gap.From >= place && gap.To.Epoch > place.Epoch && _seen.ContainsValue(place))
            : !(gap.To <= Neighbour(numbered, -1)) && !(gap.From >= Neighbour(numbered, 1));

        private Cursor? Neighbour(NumberedEvent numbered, int step) =>
            _acknowledged.GetValueOrDefault(numbered with { Number = numbered.Number + step });

        private void Take(Observation.Joined joined)
        {
            if (_start is null) _start = joined.Cursor;
            else if (joined.Verdict == "partial") AddGap(_position, joined.Cursor);
            else if (joined.Verdict != "full") _faults.Add($"It came back with {_position} and was started over at {joined.Cursor} without a word.");
            else if (joined.Cursor != _position) _faults.Add($"It came back with {_position} and was put at {joined.Cursor}.");
            _position = joined.Cursor;
        }

        private void Take(Observation.Gap gap)
        {
            if (gap.From != _position) _faults.Add($"A gap was told from {gap.From} to {gap.To}, but it stood at {_position}.");
            AddGap(gap.From, gap.To);
            _position = gap.To;
        }

        private void AddGap(Cursor from, Cursor to)
        {
            _gaps.Add((from, to));
            // The log went back: events after that position are void, and may come at other positions.
            Withdraw(sight => to < sight.Value && sight.Value <= from);
            // The log lost announced events: those that were acknowledged only afterwards come at other positions.
            if (to.Epoch > from.Epoch) Withdraw(sight => _acknowledged.TryGetValue(sight.Key, out var cursor) && to < cursor && sight.Value <= from);
        }

        private void Withdraw(Func<KeyValuePair<NumberedEvent, Cursor>, bool> isWithdrawn)
        {
            foreach (var (numbered, _) in _seen.Where(isWithdrawn).ToList())
            {
                _seen.Remove(numbered);
                _withdrawn.Add(numbered);
                _lastOf[numbered.Publisher] = Math.Min(_lastOf[numbered.Publisher], numbered.Number - 1);
            }
        }

        private void Take(Observation.Seen seen)
        {
            if (!_seen.TryAdd(seen.Event, seen.Cursor))
            {
                _repeated++;
                _faults.Add($"{seen.Event} came again, at {seen.Cursor} after {_position}.");
            }
            else if (seen.Event.Number <= _lastOf.GetValueOrDefault(seen.Event.Publisher))
            {
                _faults.Add($"{seen.Event} came after number {_lastOf[seen.Event.Publisher]}.");
            }
            if (!seen.Cursor.Follows(_position)) _faults.Add($"{seen.Event} came at {seen.Cursor} after {_position}.");
            _lastOf[seen.Event.Publisher] = Math.Max(seen.Event.Number, _lastOf.GetValueOrDefault(seen.Event.Publisher));
            _position = seen.Cursor;
        }
    }
}
