using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace EventStream.Sessions;

/// <summary>An immutable map of a bounded number of keys: the one that came first goes first.</summary>
internal sealed record RecentMap<TValue>(int MaxCount)
{
    private ImmutableDictionary<string, TValue> _values = ImmutableDictionary.Create<string, TValue>(StringComparer.Ordinal);
    private ImmutableQueue<string> _order = [];

    public int Count => _values.Count;

    public IEnumerable<KeyValuePair<string, TValue>> All => _values;

    public bool TryGet(string key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    public bool Contains(string key) => _values.ContainsKey(key);

    public RecentMap<TValue> Set(string key, TValue value)
    {
        if (_values.ContainsKey(key)) return this with { _values = _values.SetItem(key, value) };
        var values = _values.Add(key, value);
        var order = _order.Enqueue(key);
        while (values.Count > MaxCount)
        {
            order = order.Dequeue(out var oldest);
            values = values.Remove(oldest);
        }
        return this with { _values = values, _order = order };
    }
}
