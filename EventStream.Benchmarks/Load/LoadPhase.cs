namespace EventStream.Benchmarks.Load;

/// <summary>Publishes for a while and receives until everything has arrived, on one thread.</summary>
internal sealed class LoadPhase(SocketSet sockets, StreamSet streams, ILoadPublisher publisher, LoadScenario scenario)
{
    private static readonly long MaxWait = (long)TimeSpan.FromSeconds(60).TotalNanoseconds;
    private static readonly long LostAfter = (long)TimeSpan.FromSeconds(2).TotalNanoseconds;

    private readonly long _silence = (long)(1e9 * scenario.SilenceSeconds);
    private readonly int[] _perSession = streams.PerSession();
    private long _expected, _givenUp, _lastSent;
    private int _next;

    /// <summary>How many events each session got so far, over all phases.</summary>
    public int[] Published { get; } = new int[scenario.Sessions];

    /// <summary>Events of the last phase.</summary>
    public int Events { get; private set; }

    /// <summary>The length of the last phase, up to its last arrival.</summary>
    public double Seconds { get; private set; }

    /// <summary>How late the events of the last phase were sent.</summary>
    public Histogram SendLag { get; } = new();

    public void Run(double seconds)
    {
        var start = LoadClock.Now;
        var (end, progress, seen) = (start + (long)(seconds * 1e9), start, 0L);
        (_expected, _givenUp, Events) = (0, 0, 0);
        streams.Tally.Begin(start);
        SendLag.Clear();
        var total = scenario.Kind == LoadKind.Paced ? (int)Math.Round(scenario.Rate * seconds) : int.MaxValue;
        var published = 0L;
        while (true)
        {
            var now = LoadClock.Now;
            if (streams.Tally.Delivered != seen) (seen, progress) = (streams.Tally.Delivered, now);
            long wait = 50_000_000;
            if (Events < total && (scenario.Kind == LoadKind.Paced || now < end) && now < end + MaxWait)
            {
                wait = scenario.Kind == LoadKind.Paced ? PublishDue(start, now, total) : PublishMore(now, ref progress);
            }
            else
            {
                if (published == 0) (published, progress) = (now, now);
                if (streams.Tally.Delivered >= _expected || now - progress > _silence || now - published > MaxWait) break;
                // Publishers on other threads may still hold events or answers.
                publisher.Flush();
            }
            sockets.Poll(wait);
        }
        var last = streams.Tally.LastArrival;
        Seconds = ((scenario.Kind == LoadKind.Paced ? Math.Max(last, published) : last) - start) / 1e9;
        // Waits for repeated events, which arrive after the events that are counted.
        sockets.PollFor(TimeSpan.FromMilliseconds(50));
    }

    private long PublishMore(long now, ref long progress)
    {
        var before = Events;
        while (_expected - streams.Tally.Delivered - _givenUp < scenario.Window && publisher.HasRoom(_next % scenario.Sessions))
        {
            Publish(LoadClock.Now);
            // Returns now and then, so that arrivals are read in between.
            if ((Events & 63) == 0) break;
        }
        publisher.Flush();
        if (Events != before) return 0;
        // These deliveries won't arrive any more. Still counting them as outstanding would block the loop for ever.
        if (now - progress > LostAfter) (_givenUp, progress) = (_expected - streams.Tally.Delivered, now);
        return 1_000_000;
    }

    private long PublishDue(long start, long now, int total)
    {
        for (long due; Events < total && (due = Due(Events)) <= now;)
        {
            SendLag.Add(now - due);
            Publish(due);
        }
        publisher.Flush();
        return Events < total ? Math.Min(50_000_000, Due(Events) - LoadClock.Now) : 0;

        long Due(int number) => start + (long)(number * 1e9 / scenario.Rate);
    }

    private void Publish(long sent)
    {
        var session = _next++ % scenario.Sessions;
        _lastSent = Math.Max(sent, _lastSent);
        publisher.Publish(new Marker(session, Published[session]++, _lastSent));
        _expected += _perSession[session];
        Events++;
    }
}
