namespace EventStream.Benchmarks.Load;

/// <summary>Counts what all streams of a run received.</summary>
internal sealed class Tally
{
    public Histogram Latency { get; } = new();

    /// <summary>Events sent before this time belong to the warm-up and don't count.</summary>
    public long From { get; private set; }

    public long Delivered { get; private set; }

    public long LastArrival { get; private set; }

    public long Bytes { get; set; }

    public long Disordered { get; private set; }

    public long Repeated { get; private set; }

    /// <summary>Events of another session.</summary>
    public long Strayed { get; private set; }

    /// <summary>Begins to measure. Faults that were counted before stay counted.</summary>
    public void Begin(long now)
    {
        (From, Delivered, Bytes, LastArrival) = (now, 0, 0, now);
        Latency.Clear();
    }

    public void Stray() => Strayed++;

    public void Take(Arrival arrival, long sent, long now)
    {
        if (arrival == Arrival.Repeated)
        {
            Repeated++;
            return;
        }
        if (arrival == Arrival.Disordered) Disordered++;
        if (sent < From) return;
        Delivered++;
        LastArrival = now;
        Latency.Add(now - sent);
    }
}
