namespace EventStream.Dialects.Reverb;

/// <summary>The newest entries of a kind: the one that came first goes first.</summary>
/// <param name="maxCount">The most entries.</param>
/// <param name="lengthOf">How many characters a value holds; none when null.</param>
internal sealed class Recent<TValue>(int maxCount, Func<TValue, int>? lengthOf = null)
{
    private readonly OrderedDictionary<string, TValue> _entries = new(StringComparer.Ordinal);

    /// <summary>About how many bytes they take.</summary>
    public long Bytes => sizeof(char) * _entries.Sum(entry => (long)entry.Key.Length + (lengthOf?.Invoke(entry.Value) ?? 0));

    public TValue? Find(string key) => _entries.GetValueOrDefault(key);

    public void Set(string key, TValue value)
    {
        if (_entries.Count >= maxCount && !_entries.ContainsKey(key)) _entries.RemoveAt(0);
        _entries[key] = value;
    }

    public void Drop(string key) => _entries.Remove(key);
}
