using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Connections;

/// <summary>Reads Redis' protocol (RESP2) out of bytes that may end anywhere.</summary>
internal ref struct RespParser(ReadOnlySpan<byte> bytes)
{
    /// <summary>The longest text that is read. An event has far less.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const int MaxParts = 1024 * 1024;

    // Scripts answer with lists in lists.
    private const int MaxDepth = 8;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many bytes were read.</summary>
    public int Position { get; private set; }

    /// <summary>Reads a whole answer.</summary>
    /// <param name="bytes">What has arrived.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <returns>False when it hasn't arrived completely.</returns>
    /// <exception cref="InvalidDataException">The other side isn't Redis, or bytes were lost.</exception>
    public static bool TryReadAnswer(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out RedisResult? answer, out int length)
    {
        (answer, length) = (null, 0);
        // A long answer comes in many pieces: nothing is made of it before the last one.
        if (!new RespParser(bytes).TryPassAnswer()) return false;
        var parser = new RespParser(bytes);
        answer = parser.ReadAnswer(MaxDepth);
        length = parser.Position;
        return true;
    }

    /// <summary>Reads a line without its end: a sign and what it says.</summary>
    public bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        var rest = _bytes[Position..];
        var length = rest.IndexOf((byte)'\n');
        if (length < 0) return rest.Length > MaxBytes ? throw Broken() : false;
        if (length < 2 || rest[length - 1] != '\r') throw Broken();
        line = rest[..(length - 1)];
        Position += length + 1;
        return true;
    }

    /// <summary>Reads the bytes of a text whose length is known.</summary>
    public bool TryReadText(int length, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (_bytes.Length - Position < length + 2) return false;
        text = _bytes.Slice(Position, length);
        Position += length + 2;
        return _bytes[Position - 2] == '\r' && _bytes[Position - 1] == '\n' ? true : throw Broken();
    }

    /// <summary>The number of a line.</summary>
    public static long Number(ReadOnlySpan<byte> line) =>
        Utf8Parser.TryParse(line[1..], out long number, out var used) && used == line.Length - 1 ? number : throw Broken();

    public static InvalidDataException Broken() => new("What came on the connection isn't Redis' protocol.");

    private bool TryPassAnswer()
    {
        for (long parts = 1; parts > 0; parts--)
        {
            if (!TryReadLine(out var line)) return false;
            if (line[0] is not ((byte)'$' or (byte)'*')) continue;
            var number = Number(line);
            if (number > (line[0] == '$' ? MaxBytes : MaxParts)) throw Broken();
            if (line[0] == '*') parts += Math.Max(0, number);
            else if (number >= 0 && !TryReadText((int)number, out _)) return false;
        }
        return true;
    }

    // Of bytes that hold it whole.
    private RedisResult ReadAnswer(int depth)
    {
        if (!TryReadLine(out var line)) throw Broken();
        switch (line[0])
        {
            case (byte)'+':
                return RedisResult.Create(Encoding.UTF8.GetString(line[1..]), ResultType.SimpleString);
            case (byte)'-':
                return RedisResult.Create(Encoding.UTF8.GetString(line[1..]), ResultType.Error);
            case (byte)':':
                return RedisResult.Create(Number(line), ResultType.Integer);
            case (byte)'$' when Number(line) is >= 0 and var length:
                return TryReadText((int)length, out var text) ? RedisResult.Create(text.ToArray(), ResultType.BulkString) : throw Broken();
            case (byte)'*' when depth > 0 && Number(line) is >= 0 and var count:
                var parts = new RedisResult[count];
                for (var i = 0; i < count; i++) parts[i] = ReadAnswer(depth - 1);
                return RedisResult.Create(parts);
            case (byte)'$':
            case (byte)'*' when depth > 0:
                return RedisResult.Create(RedisValue.Null);
            default:
                throw Broken();
        }
    }
}
