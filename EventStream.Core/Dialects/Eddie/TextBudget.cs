namespace EventStream.Dialects.Eddie;

/// <summary>How many bytes of texts all connections of a process remember together.</summary>
internal sealed class TextBudget(long maxBytes)
{
    /// <summary>What each connection may remember even so.</summary>
    public const int MinBytes = 16 * 1024;

    private long _held;

    public long Held => Volatile.Read(ref _held);

    /// <summary>Whether more is remembered than may be: the connection whose text grows forgets texts.</summary>
    public bool IsExceeded => Held > maxBytes;

    public void Change(long bytes) => Interlocked.Add(ref _held, bytes);
}
