namespace EventStream.Dialects.Reverb;

/// <summary>The newest entries of a kind: the one that came first goes first.</summary>
internal sealed class Recent<TValue>(int maxCount)
{
    private readonly OrderedDictionary<string, TValue> _entries = new(StringComparer.Ordinal);

    public TValue? Find(string key) => _entries.GetValueOrDefault(key);

    public void Set(string key, TValue value)
    {
        if (_entries.Count >= maxCount && !_entries.ContainsKey(key)) _entries.RemoveAt(0);
        _entries[key] = value;
    }

    public void Drop(string key) => _entries.Remove(key);
}
