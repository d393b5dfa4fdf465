using System.Buffers.Text;

namespace EventStream.Benchmarks.Streams;

/// <summary>Splits a chunked HTTP body into lines. It copies only the lines that a read cut.</summary>
internal sealed class SseLines(SseLines.Handler onLine)
{
    private byte[] _carry = new byte[1024];
    private int _carried;
    private long _chunkLeft;
    private Part _part = Part.Headers;

    public delegate void Handler(ReadOnlySpan<byte> line);

    private enum Part
    {
        Headers,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Done,
    }

    public bool IsDone => _part == Part.Done;

    /// <summary>The first line of the answer: <c>HTTP/1.1 200 OK</c>.</summary>
    public string? Status { get; private set; }

    public void Take(ReadOnlySpan<byte> received)
    {
        while (!received.IsEmpty && _part != Part.Done)
        {
            if (_part == Part.Chunk)
            {
                var chunk = received[..(int)Math.Min(_chunkLeft, received.Length)];
                received = received[chunk.Length..];
                _chunkLeft -= chunk.Length;
                TakeBody(chunk);
                if (_chunkLeft == 0) _part = Part.ChunkEnd;
                continue;
            }
            var end = received.IndexOf((byte)'\n');
            if (end < 0)
            {
                Carry(ref _frame, ref _framed, received);
                return;
            }
            Carry(ref _frame, ref _framed, received[..end]);
            received = received[(end + 1)..];
            TakeFraming(_frame.AsSpan(0, _framed).TrimEnd((byte)'\r'));
            _framed = 0;
        }
    }

    private byte[] _frame = new byte[256];
    private int _framed;

    private void TakeFraming(ReadOnlySpan<byte> line)
    {
        switch (_part)
        {
            case Part.Headers when Status is null:
                Status = System.Text.Encoding.ASCII.GetString(line);
                break;
            case Part.Headers when line.IsEmpty:
                _part = Part.ChunkSize;
                break;
            case Part.ChunkSize:
                if (!Utf8Parser.TryParse(line, out _chunkLeft, out _, 'x')) throw new InvalidDataException("The answer isn't chunked.");
                _part = _chunkLeft == 0 ? Part.Done : Part.Chunk;
                break;
            case Part.ChunkEnd:
                _part = Part.ChunkSize;
                break;
            default:
                break;
        }
    }

    private void TakeBody(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0) break;
            if (_carried == 0)
            {
                onLine(bytes[..end]);
            }
            else
            {
                Carry(ref _carry, ref _carried, bytes[..end]);
                var length = _carried;
                _carried = 0;
                onLine(_carry.AsSpan(0, length));
            }
            bytes = bytes[(end + 1)..];
        }
        Carry(ref _carry, ref _carried, bytes);
    }

    private static void Carry(ref byte[] buffer, ref int length, ReadOnlySpan<byte> bytes)
    {
        if (length + bytes.Length > buffer.Length) Array.Resize(ref buffer, Math.Max(2 * buffer.Length, length + bytes.Length));
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }
}
