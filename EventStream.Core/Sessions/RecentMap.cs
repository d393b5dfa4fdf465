using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace EventStream.Sessions;

/// <summary>An immutable map of a bounded number of keys: the one that came first goes first. It counts what it holds.</summary>
/// <param name="MaxCount">The most keys.</param>
/// <param name="TextOf">How many characters a value holds.</param>
/// <param name="IsOpen">Which values go only when there is no other; none when null.</param>
internal sealed record RecentMap<TValue>(int MaxCount, Func<TValue, int> TextOf, Func<TValue, bool>? IsOpen = null)
{
    private ImmutableDictionary<string, TValue> _values = ImmutableDictionary.Create<string, TValue>(StringComparer.Ordinal);
    private ImmutableQueue<string> _order = [];
    private int _open;

    public int Count => _values.Count;

    /// <summary>About how many bytes the keys and values take.</summary>
    public long Bytes { get; private init; }

    public IEnumerable<KeyValuePair<string, TValue>> All => _values;

    public bool TryGet(string key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    public bool Contains(string key) => _values.ContainsKey(key);

    public RecentMap<TValue> Set(string key, TValue value)
    {
        if (_values.TryGetValue(key, out var known))
            return this with { _values = _values.SetItem(key, value), _open = _open + OpenOf(value) - OpenOf(known), Bytes = Bytes + SizeOf(key, value) - SizeOf(key, known) };
        var values = _values.Add(key, value);
        var order = _order.Enqueue(key);
        var bytes = Bytes + SizeOf(key, value);
        var open = _open + OpenOf(value);
        while (values.Count > MaxCount)
        {
            order = order.Dequeue(out var oldest);
            if (open < values.Count && OpenOf(values[oldest]) == 1)
            {
                order = order.Enqueue(oldest);
                continue;
            }
            open -= OpenOf(values[oldest]);
            bytes -= SizeOf(oldest, values[oldest]);
            values = values.Remove(oldest);
        }
        return this with { _values = values, _order = order, _open = open, Bytes = bytes };
    }

    private int OpenOf(TValue value) => IsOpen?.Invoke(value) == true ? 1 : 0;

    private long SizeOf(string key, TValue value) => StateSize.OfEntry(key.Length + TextOf(value));
}
