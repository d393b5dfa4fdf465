using System.Buffers.Text;
using System.Text;

namespace EventStream.Benchmarks.Load;

/// <summary>Reads HTTP/1.1 answers from a socket, wherever reads cut them, and hands out their bodies without copying.</summary>
internal struct ResponseReader : IResponseReader
{
    private const int MaxHeadBytes = 64 * 1024;

    private List<byte>? _head;
    private long _left;
    private Part _part;

    private enum Part
    {
        Head,
        UntilClosed,
        Counted,
        ChunkSize,
        ChunkExtension,
        Chunk,
        ChunkEnd,
        Trailer,
        Ended,
    }

    /// <summary>The status; 0 until the headers were read.</summary>
    public int Status { get; private set; }

    public readonly bool IsEnded => _part == Part.Ended;

    /// <summary>The beginning of the answer, for an error message.</summary>
    public string? FirstLine { get; private set; }

    /// <summary>Takes the bytes of this answer up to the end of one piece of its body, which may be empty.</summary>
    public ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> received)
    {
        while (!received.IsEmpty && _part != Part.Ended)
        {
            switch (_part)
            {
                case Part.Head:
                    TakeHead(ref received);
                    break;
                case Part.UntilClosed:
                    return Cut(ref received, received.Length);
                case Part.Counted or Part.Chunk:
                    var piece = Cut(ref received, (int)Math.Min(_left, received.Length));
                    _left -= piece.Length;
                    if (_left == 0) _part = _part == Part.Chunk ? Part.ChunkEnd : Part.Ended;
                    return piece;
                case Part.ChunkSize:
                    TakeSize(Cut(ref received, 1)[0]);
                    break;
                default:
                    if (Cut(ref received, 1)[0] == '\n') _part = AfterLine();
                    break;
            }
        }
        return [];
    }

    private static ReadOnlySpan<byte> Cut(ref ReadOnlySpan<byte> received, int length)
    {
        var piece = received[..length];
        received = received[length..];
        return piece;
    }

    private readonly Part AfterLine() => _part switch
    {
        Part.ChunkEnd => Part.ChunkSize,
        Part.ChunkExtension => _left == 0 ? Part.Trailer : Part.Chunk,
        _ => Part.Ended,
    };

    private void TakeSize(byte letter)
    {
        var digit = letter switch
        {
            >= (byte)'0' and <= (byte)'9' => letter - '0',
            >= (byte)'a' and <= (byte)'f' => letter - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => letter - 'A' + 10,
            _ => -1,
        };
        if (digit >= 0)
        {
            _left = _left * 16 + digit;
            return;
        }
        _part = Part.ChunkExtension;
        if (letter == '\n') _part = AfterLine();
    }

    private void TakeHead(ref ReadOnlySpan<byte> received)
    {
        var end = _head is null ? received.IndexOf("\r\n\r\n"u8) : -1;
        if (end >= 0)
        {
            ReadHead(Cut(ref received, end + 4));
            return;
        }
        // Byte by byte where a read cut the headers: that happens at most once a stream.
        _head ??= [];
        while (!received.IsEmpty)
        {
            _head.Add(Cut(ref received, 1)[0]);
            if (_head.Count > MaxHeadBytes) throw new InvalidDataException("The server's headers have no end.");
            if (_head[^1] != '\n' || !_head.ToArray().AsSpan().EndsWith("\r\n\r\n"u8)) continue;
            ReadHead(_head.ToArray());
            _head = null;
            return;
        }
    }

    private void ReadHead(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1."u8) || head.Length < 12 || !Utf8Parser.TryParse(head[9..12], out int status, out _))
            throw new InvalidDataException($"'{Encoding.ASCII.GetString(head[..Math.Min(40, head.Length)])}' is no HTTP/1.1 answer.");
        Status = status;
        if (status is not (101 or 200)) FirstLine = Encoding.ASCII.GetString(head[..head.IndexOf((byte)'\r')]);
        _part = status is 204 or 304 ? Part.Ended : Part.UntilClosed;
        _left = 0;
        while (head.IndexOf((byte)'\n') is >= 0 and var end)
        {
            var line = head[..end];
            head = head[(end + 1)..];
            if (Is(line, "transfer-encoding: chunked"u8)) _part = Part.ChunkSize;
            else if (Is(line, "content-length: "u8) && Utf8Parser.TryParse(line[16..], out _left, out _)) _part = _left == 0 ? Part.Ended : Part.Counted;
        }
    }

    private static bool Is(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) => line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name);
}
