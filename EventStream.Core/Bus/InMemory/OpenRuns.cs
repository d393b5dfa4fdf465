using EventStream.Events;

namespace EventStream.Bus.InMemory;

/// <summary>The runs of a stream that were started and go on, and those that wait for somebody: who started them, and until when they have time.</summary>
internal sealed class OpenRuns(int maxRuns)
{
    // This object and its dictionary; four references, a cursor, two times and a mark.
    private const int ObjectBytes = 128, PairBytes = 72;

    // Some more than one are dropped at once, so that not every start looks through all of them.
    private readonly int _kept = maxRuns - maxRuns / 16;
    private readonly Dictionary<string, OpenRun> _runs = [];
    private long _textBytes;
    private int _started;

    /// <summary>What the runs take in memory.</summary>
    public long HeldBytes => ObjectBytes + HeapBytes.OfDictionary(_runs.Capacity, PairBytes) + _textBytes;

    public bool IsStarted(string runId) => _runs.TryGetValue(runId, out var run) && run.IsStarted;

    /// <summary>How many runs have a lease.</summary>
    public int Leases { get; private set; }

    /// <summary>Who started a run; null when nobody knows.</summary>
    public string? OwnerOf(string runId) => _runs.TryGetValue(runId, out var run) ? run.Owner : null;

    /// <summary>The agent and project of a run; null when it neither goes on nor waits.</summary>
    public RunStart? StartOf(string runId) => _runs.TryGetValue(runId, out var run) ? run.About : null;

    /// <summary>Notes who started a run, unless somebody who is known did before.</summary>
    public void Start(string runId, string? owner, RunStart about, Cursor start)
    {
        _runs.TryGetValue(runId, out var known);
        if (known.IsStarted && (owner is null || known.Owner is not null)) return;
        // What a run had while it waited is over.
        Put(runId, (known.IsStarted ? known : default) with { IsStarted = true, Owner = owner, Start = start, About = about.Or(known.About) });
    }

    /// <summary>Notes who claimed a run, with its lease.</summary>
    public void Claim(string runId, string? owner, RunStart about, Cursor start, TimeSpan lease, DateTimeOffset now) =>
        Put(runId, new OpenRun { IsStarted = true, Owner = owner, Start = start, About = about.Or(StartOf(runId) ?? default), Lease = lease, LeaseEnds = EndOf(lease, now) });

    /// <summary>Notes that a run waits for somebody who starts it.</summary>
    public void Request(string runId, RunStart about, Cursor request, TimeSpan lease, DateTimeOffset now)
    {
        if (!IsStarted(runId)) Put(runId, new OpenRun { Start = request, About = about, Lease = lease, LeaseEnds = EndOf(lease, now) });
    }

    /// <summary>Whoever started a run is alive.</summary>
    /// <returns>False when the run has no lease, or another's.</returns>
    public bool Renew(string runId, string? owner, DateTimeOffset now)
    {
        if (!_runs.TryGetValue(runId, out var run) || !run.IsStarted || run.Lease == TimeSpan.Zero || run.Owner != owner) return false;
        _runs[runId] = run with { LeaseEnds = EndOf(run.Lease, now) };
        return true;
    }

    /// <summary>How long a lease goes on; null when the run has none.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="end">When it may be ended.</param>
    /// <param name="now">The time.</param>
    public TimeSpan? LeftOf(string runId, LostRunEnd end, DateTimeOffset now)
    {
        if (!_runs.TryGetValue(runId, out var run) || run.Lease == TimeSpan.Zero || run.IsStarted != end.IsStarted) return null;
        var (left, unsure) = (run.LeaseEnds - now, run.Lease - end.Renewable);
        return left > unsure ? left : unsure;
    }

    /// <summary>The runs whose lease has ended.</summary>
    public IEnumerable<(string RunId, bool IsStarted)> Lost(DateTimeOffset now) => Leases == 0 ? [] : _runs.Where(run => run.Value.Lease > TimeSpan.Zero && run.Value.LeaseEnds <= now).Select(run => (run.Key, run.Value.IsStarted));

    public void Remove(string runId)
    {
        if (!_runs.Remove(runId, out var run)) return;
        _textBytes -= BytesOf(runId, run);
        Count(run, -1);
    }

    /// <summary>Drops runs of the publisher that started the most, so that nobody makes those of others fall out.</summary>
    public void Trim()
    {
        // Those that wait are bounded where they are asked for.
        if (_started <= maxRuns) return;
        var runsOf = _runs.Where(run => run.Value.IsStarted).GroupBy(run => run.Value.Owner).Select(group => new Queue<string>(group.OrderBy(run => run.Value.Start).Select(run => run.Key))).ToArray();
        while (_started > _kept) Remove(runsOf.MaxBy(runs => runs.Count)!.Dequeue());
    }

    private void Put(string runId, OpenRun run)
    {
        Remove(runId);
        _runs.Add(runId, run);
        Count(run, 1);
        _textBytes += BytesOf(runId, run);
    }

    private void Count(OpenRun run, int difference)
    {
        if (run.Lease > TimeSpan.Zero) Leases += difference;
        if (run.IsStarted) _started += difference;
    }

    private static DateTimeOffset EndOf(TimeSpan lease, DateTimeOffset now) => now + lease + RunLease.SlackOf(lease);

    private static long BytesOf(string runId, OpenRun run) => HeapBytes.OfString(runId) + ((string?[])[run.Owner, run.About.Agent, run.About.ProjectId]).Sum(text => text is null ? 0 : HeapBytes.OfString(text));

    private readonly record struct OpenRun
    {
        /// <summary>False while it waits.</summary>
        public bool IsStarted { get; init; }

        public string? Owner { get; init; }

        public Cursor Start { get; init; }

        public RunStart About { get; init; }

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
