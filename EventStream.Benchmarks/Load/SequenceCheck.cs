namespace EventStream.Benchmarks.Load;

/// <summary>Checks that the events of a session arrive at one stream once each and in order.</summary>
internal struct SequenceCheck
{
    // Allocated only for a stream that misses something.
    private SortedSet<int>? _missing;
    private int _next;

    public Arrival Take(int number)
    {
        if (number == _next)
        {
            _next++;
            return Arrival.InOrder;
        }
        if (number < _next) return _missing?.Remove(number) == true ? Arrival.Disordered : Arrival.Repeated;
        _missing ??= [];
        for (; _next < number; _next++) _missing.Add(_next);
        _next++;
        return Arrival.InOrder;
    }

    /// <summary>How many of the first events never came.</summary>
    public readonly long LostOf(int published) => (_missing?.Count ?? 0) + Math.Max(0, published - _next);
}
