using System.Buffers.Text;

namespace EventStream.Bus.Redis.Subscribing;

/// <summary>Reads replies and messages out of the bytes of a subscribing connection (RESP2).</summary>
/// <remarks>
/// An array of two or three texts or numbers (<c>message</c>, <c>subscribe</c>, <c>unsubscribe</c>, <c>pong</c>), or a line (<c>+PONG</c>, <c>-ERR …</c>).
/// Not thread-safe.
/// </remarks>
internal sealed class RespReader
{
    /// <summary>The longest message that is read; longer ones are passed over. An event has far less.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const int SmallestBuffer = 64 * 1024;

    private byte[] _buffer = new byte[SmallestBuffer];
    private int _start, _end;
    private long _bytesToSkip;

    /// <summary>The free part of the buffer, for what is received next.</summary>
    public Span<byte> Free()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
            // A long message made it grow; that memory is given back.
            if (_buffer.Length > SmallestBuffer) _buffer = new byte[SmallestBuffer];
        }
        if (_end == _buffer.Length) MakeRoom();
        return _buffer.AsSpan(_end);
    }

    /// <summary>Notes that so many bytes were received.</summary>
    public void Add(int bytes) => _end += bytes;

    /// <summary>Takes the next reply that has arrived completely.</summary>
    /// <exception cref="InvalidDataException">The other side isn't Redis, or bytes were lost.</exception>
    public bool TryRead(out RespReply reply)
    {
        reply = default;
        SkipTooLong();
        var reader = new Parser(_buffer.AsSpan(_start, _end - _start));
        if (_bytesToSkip > 0 || !reader.TryReadReply(out reply, out var excess)) return false;
        _start += reader.Position;
        _bytesToSkip = excess;
        SkipTooLong();
        return true;
    }

    private void SkipTooLong()
    {
        var skipped = (int)Math.Min(_bytesToSkip, _end - _start);
        _start += skipped;
        _bytesToSkip -= skipped;
    }

    private void MakeRoom()
    {
        var held = _end - _start;
        var needed = Math.Max(SmallestBuffer, held * 2);
        var buffer = needed == _buffer.Length ? _buffer : new byte[needed];
        _buffer.AsSpan(_start, held).CopyTo(buffer);
        (_buffer, _start, _end) = (buffer, 0, held);
    }

    private ref struct Parser(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public int Position { get; private set; }

        public bool TryReadReply(out RespReply reply, out long excess)
        {
            reply = default;
            excess = 0;
            if (!TryReadLine(out var line)) return false;
            if (line.IsEmpty) throw Broken();
            if (line[0] is (byte)'+' or (byte)'-')
            {
                reply = new RespReply(line, default, default);
                return true;
            }
            var parts = line[0] == '*' ? Number(line) : 0;
            if (parts is not (2 or 3)) throw Broken();
            if (!TryReadName(out var kind) || !TryReadName(out var channel)) return false;
            ReadOnlySpan<byte> payload = default;
            if (parts == 3 && !TryReadPart(out payload, out excess)) return false;
            reply = new RespReply(kind, channel, payload) { IsTooLong = excess > 0 };
            return true;
        }

        private bool TryReadName(out ReadOnlySpan<byte> name) => TryReadPart(out name, out var excess) && (excess == 0 ? true : throw Broken());

        // "$" length CR LF bytes CR LF, or ":" number CR LF
        private bool TryReadPart(out ReadOnlySpan<byte> part, out long excess)
        {
            part = default;
            excess = 0;
            if (!TryReadLine(out var line)) return false;
            if (line.IsEmpty || line[0] is not ((byte)'$' or (byte)':')) throw Broken();
            var number = Number(line);
            if (line[0] == ':' || number < 0) return true;
            if (number > MaxBytes)
            {
                excess = number <= uint.MaxValue ? number + 2 : throw Broken();
                return true;
            }
            if (_bytes.Length - Position < number + 2) return false;
            part = _bytes.Slice(Position, (int)number);
            Position += (int)number + 2;
            return _bytes[Position - 2] == '\r' && _bytes[Position - 1] == '\n' ? true : throw Broken();
        }

        private bool TryReadLine(out ReadOnlySpan<byte> line)
        {
            line = default;
            var rest = _bytes[Position..];
            var length = rest.IndexOf((byte)'\n');
            if (length < 0) return rest.Length > MaxBytes ? throw Broken() : false;
            if (length == 0 || rest[length - 1] != '\r') throw Broken();
            line = rest[..(length - 1)];
            Position += length + 1;
            return true;
        }

        private static long Number(ReadOnlySpan<byte> line) =>
            Utf8Parser.TryParse(line[1..], out long number, out var used) && used == line.Length - 1 ? number : throw Broken();

        private static InvalidDataException Broken() => new("What came on the subscribing connection isn't Redis' protocol.");
    }
}
