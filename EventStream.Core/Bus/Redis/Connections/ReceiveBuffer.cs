namespace EventStream.Bus.Redis.Connections;

/// <summary>Bytes that were received and not yet read. Not thread-safe.</summary>
internal sealed class ReceiveBuffer
{
    private const int SmallestBytes = 64 * 1024;

    private byte[] _bytes = new byte[SmallestBytes];
    private int _start, _end;

    /// <summary>What is there to be read; good until more is received.</summary>
    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    /// <summary>The free part, for what is received next.</summary>
    public Span<byte> Free()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
            // Something long made it grow; that memory is given back.
            if (_bytes.Length > SmallestBytes) _bytes = new byte[SmallestBytes];
        }
        if (_end == _bytes.Length) MakeRoom();
        return _bytes.AsSpan(_end);
    }

    /// <summary>Notes that so many bytes were received.</summary>
    public void Add(int bytes) => _end += bytes;

    /// <summary>Notes that so many bytes were read.</summary>
    public void Take(int bytes) => _start += bytes;

    private void MakeRoom()
    {
        var held = _end - _start;
        var needed = Math.Max(SmallestBytes, held * 2);
        var bytes = needed == _bytes.Length ? _bytes : new byte[needed];
        _bytes.AsSpan(_start, held).CopyTo(bytes);
        (_bytes, _start, _end) = (bytes, 0, held);
    }
}
