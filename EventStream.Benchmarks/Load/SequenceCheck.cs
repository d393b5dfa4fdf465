namespace EventStream.Benchmarks.Load;

/// <summary>Whether the events of a session come to one stream each once and in order.</summary>
internal struct SequenceCheck
{
    // Only a stream that lacks something has it.
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
