using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace EventStream.Sessions;

/// <summary>An immutable map of a bounded number of keys: the one that came first goes first. It counts what it holds.</summary>
/// <param name="MaxCount">The most keys.</param>
/// <param name="TextOf">How many characters a value holds.</param>
internal sealed record RecentMap<TValue>(int MaxCount, Func<TValue, int> TextOf)
{
    private ImmutableDictionary<string, TValue> _values = ImmutableDictionary.Create<string, TValue>(StringComparer.Ordinal);
    private ImmutableQueue<string> _order = [];

    public int Count => _values.Count;

    /// <summary>About how many bytes the keys and values take.</summary>
    public long Bytes { get; private init; }

    public IEnumerable<KeyValuePair<string, TValue>> All => _values;

    public bool TryGet(string key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    public bool Contains(string key) => _values.ContainsKey(key);

    public RecentMap<TValue> Set(string key, TValue value)
    {
        if (_values.TryGetValue(key, out var known)) return this with { _values = _values.SetItem(key, value), Bytes = Bytes + SizeOf(key, value) - SizeOf(key, known) };
        var values = _values.Add(key, value);
        var order = _order.Enqueue(key);
        var bytes = Bytes + SizeOf(key, value);
        while (values.Count > MaxCount)
        {
            order = order.Dequeue(out var oldest);
            bytes -= SizeOf(oldest, values[oldest]);
            values = values.Remove(oldest);
        }
        return this with { _values = values, _order = order, Bytes = bytes };
    }

    private long SizeOf(string key, TValue value) => StateSize.OfEntry(key.Length + TextOf(value));
}
