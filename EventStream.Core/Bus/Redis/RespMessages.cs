using System.Buffers.Text;

namespace EventStream.Bus.Redis;

/// <summary>What Redis says on a subscribing connection, cut out of its bytes (RESP2).</summary>
/// <remarks>
/// An array of two or three texts or numbers (<c>message</c>, <c>subscribe</c>, <c>unsubscribe</c>, <c>pong</c>), or a line (<c>+PONG</c>, <c>-ERR …</c>).
/// Not thread-safe.
/// </remarks>
internal sealed class RespMessages
{
    /// <summary>The longest message that is read; longer ones are passed over. Far more than an event may have.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const int SmallestBuffer = 64 * 1024;

    private byte[] _buffer = new byte[SmallestBuffer];
    private int _start, _end;
    private long _passing;

    /// <summary>Room for what is received next.</summary>
    public Span<byte> Free()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
            // What was grown for a long message is let go.
            if (_buffer.Length > SmallestBuffer) _buffer = new byte[SmallestBuffer];
        }
        if (_end == _buffer.Length) MakeRoom();
        return _buffer.AsSpan(_end);
    }

    /// <summary>Notes that so many bytes were received.</summary>
    public void Add(int bytes) => _end += bytes;

    /// <summary>Takes the next one that has come whole.</summary>
    /// <exception cref="InvalidDataException">This isn't Redis, or bytes were lost.</exception>
    public bool TryRead(out RespMessage message)
    {
        message = default;
        PassOver();
        var reader = new Cutter(_buffer.AsSpan(_start, _end - _start));
        if (_passing > 0 || !reader.TryReadMessage(out message, out var excess)) return false;
        _start += reader.Position;
        _passing = excess;
        PassOver();
        return true;
    }

    // A message that is longer than anything of ours isn't kept.
    private void PassOver()
    {
        var passed = (int)Math.Min(_passing, _end - _start);
        _start += passed;
        _passing -= passed;
    }

    private void MakeRoom()
    {
        var held = _end - _start;
        var needed = Math.Max(SmallestBuffer, held * 2);
        var buffer = needed == _buffer.Length ? _buffer : new byte[needed];
        _buffer.AsSpan(_start, held).CopyTo(buffer);
        (_buffer, _start, _end) = (buffer, 0, held);
    }

    private ref struct Cutter(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public int Position { get; private set; }

        public bool TryReadMessage(out RespMessage message, out long excess)
        {
            message = default;
            excess = 0;
            if (!TryReadLine(out var line)) return false;
            if (line.IsEmpty) throw Broken();
            if (line[0] is (byte)'+' or (byte)'-')
            {
                message = new RespMessage(line, default, default);
                return true;
            }
            var parts = line[0] == '*' ? Number(line) : 0;
            if (parts is not (2 or 3)) throw Broken();
            if (!TryReadName(out var kind) || !TryReadName(out var channel)) return false;
            ReadOnlySpan<byte> payload = default;
            if (parts == 3 && !TryReadPart(out payload, out excess)) return false;
            message = new RespMessage(kind, channel, payload) { IsTooLong = excess > 0 };
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
