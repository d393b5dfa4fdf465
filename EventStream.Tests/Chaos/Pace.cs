namespace EventStream.Tests.Chaos;

/// <summary>How fast a client reads; may change at any time.</summary>
internal sealed class Pace(int bytesPerSecond)
{
    private volatile int _bytesPerSecond = bytesPerSecond;

    /// <summary>0: nothing at all; <see cref="int.MaxValue"/>: whatever comes.</summary>
    public int BytesPerSecond { get => _bytesPerSecond; set => _bytesPerSecond = value; }
}
