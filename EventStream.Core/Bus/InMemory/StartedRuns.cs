using EventStream.Events;

namespace EventStream.Bus.InMemory;

/// <summary>The runs of a stream that were started and go on: who started them, and until when they are known to be alive.</summary>
internal sealed class StartedRuns(int maxRuns)
{
    // This object and its dictionary; two references, a cursor and two times.
    private const int ObjectBytes = 128, PairBytes = 48;

    // Some more than one are dropped at once, so that not every start looks through all of them.
    private readonly int _kept = maxRuns - maxRuns / 16;
    private readonly Dictionary<string, Started> _runs = [];
    private long _textBytes;

    /// <summary>What the runs take in memory.</summary>
    public long HeldBytes => ObjectBytes + HeapBytes.OfDictionary(_runs.Capacity, PairBytes) + _textBytes;

    public bool Contains(string runId) => _runs.ContainsKey(runId);

    /// <summary>Who started a run; null when nobody knows.</summary>
    public string? OwnerOf(string runId) => _runs.TryGetValue(runId, out var run) ? run.Owner : null;

    /// <summary>Notes who started a run, unless somebody who is known did before.</summary>
    public void Start(string runId, string? owner, Cursor start)
    {
        if (_runs.TryGetValue(runId, out var known) && (owner is null || known.Owner is not null)) return;
        Put(runId, known with { Owner = owner, Start = start });
    }

    /// <summary>Notes who claimed a run, with its lease.</summary>
    public void Claim(string runId, string? owner, Cursor start, TimeSpan lease, DateTimeOffset now) =>
        Put(runId, lease == TimeSpan.Zero ? new Started { Owner = owner, Start = start } : new Started { Owner = owner, Start = start, Lease = lease, LeaseEnds = EndOf(lease, now) });

    /// <summary>Whoever started a run is alive.</summary>
    /// <returns>False when the run has no lease, or another's.</returns>
    public bool Renew(string runId, string? owner, DateTimeOffset now)
    {
        if (!_runs.TryGetValue(runId, out var run) || run.Lease == TimeSpan.Zero || run.Owner != owner) return false;
        _runs[runId] = run with { LeaseEnds = EndOf(run.Lease, now) };
        return true;
    }

    /// <summary>How long a lease goes on; null when the run has none.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="renewable">How long leases could be renewed so far: no lease ends before that was as long as it is.</param>
    /// <param name="now">The time.</param>
    public TimeSpan? LeftOf(string runId, TimeSpan renewable, DateTimeOffset now)
    {
        if (!_runs.TryGetValue(runId, out var run) || run.Lease == TimeSpan.Zero) return null;
        var (left, unsure) = (run.LeaseEnds - now, run.Lease - renewable);
        return left > unsure ? left : unsure;
    }

    /// <summary>The runs whose lease has ended.</summary>
    public IEnumerable<string> Lost(DateTimeOffset now) => _runs.Where(run => run.Value.Lease > TimeSpan.Zero && run.Value.LeaseEnds <= now).Select(run => run.Key);

    public void Remove(string runId)
    {
        if (_runs.Remove(runId, out var run)) _textBytes -= BytesOf(runId, run.Owner);
    }

    /// <summary>Drops runs of the publisher that started the most, so that nobody makes those of others fall out.</summary>
    public void Trim()
    {
        if (_runs.Count <= maxRuns) return;
        var runsOf = _runs.GroupBy(run => run.Value.Owner).Select(group => new Queue<string>(group.OrderBy(run => run.Value.Start).Select(run => run.Key))).ToArray();
        while (_runs.Count > _kept) Remove(runsOf.MaxBy(runs => runs.Count)!.Dequeue());
    }

    private void Put(string runId, Started run)
    {
        Remove(runId);
        _runs.Add(runId, run);
        _textBytes += BytesOf(runId, run.Owner);
    }

    private static DateTimeOffset EndOf(TimeSpan lease, DateTimeOffset now) => now + lease + RunLease.SlackOf(lease);

    private static long BytesOf(string runId, string? owner) => HeapBytes.OfString(runId) + (owner is null ? 0 : HeapBytes.OfString(owner));

    private readonly record struct Started
    {
        public string? Owner { get; init; }

        public Cursor Start { get; init; }

        /// <summary>Zero when the run has none.</summary>
        public TimeSpan Lease { get; init; }

        // A DateTimeOffset takes twice as much.
        private long LeaseEndsTicks { get; init; }

        public DateTimeOffset LeaseEnds
        {
            get => new(LeaseEndsTicks, TimeSpan.Zero);
            init => LeaseEndsTicks = value.UtcTicks;
        }
    }
}
