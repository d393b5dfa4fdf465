namespace EventStream.Tests.Chaos;

/// <summary>How fast a client reads; may change at any time.</summary>
internal sealed class Pace(int bytesPerSecond)
{
    private volatile int _bytesPerSecond = bytesPerSecond;

    /// <summary>0: it doesn't read; <see cref="int.MaxValue"/>: it reads whatever arrives.</summary>
    public int BytesPerSecond { get => _bytesPerSecond; set => _bytesPerSecond = value; }
}
