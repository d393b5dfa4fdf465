using EventStream.Bus.Redis.Connections;

namespace EventStream.Bus.Redis.Subscribing;

/// <summary>Reads replies and messages out of the bytes of a subscribing connection.</summary>
/// <remarks>
/// An array of two or three texts or numbers (<c>message</c>, <c>subscribe</c>, <c>unsubscribe</c>, <c>pong</c>), or a line (<c>+PONG</c>, <c>-ERR …</c>).
/// A message longer than <see cref="RespParser.MaxBytes"/> is passed over. Not thread-safe.
/// </remarks>
internal sealed class RespReader(ReceiveBuffer received)
{
    private long _bytesToSkip;

    /// <summary>Takes the next reply that has arrived completely.</summary>
    /// <exception cref="InvalidDataException">The other side isn't Redis, or bytes were lost.</exception>
    public bool TryRead(out RespReply reply)
    {
        reply = default;
        SkipTooLong();
        var parser = new RespParser(received.Unread);
        if (_bytesToSkip > 0 || !TryReadReply(ref parser, out reply, out var excess)) return false;
        received.Take(parser.Position);
        _bytesToSkip = excess;
        SkipTooLong();
        return true;
    }

    private void SkipTooLong()
    {
        var skipped = (int)Math.Min(_bytesToSkip, received.Unread.Length);
        received.Take(skipped);
        _bytesToSkip -= skipped;
    }

    private static bool TryReadReply(scoped ref RespParser parser, out RespReply reply, out long excess)
    {
        reply = default;
        excess = 0;
        if (!parser.TryReadLine(out var line)) return false;
        if (line[0] is (byte)'+' or (byte)'-')
        {
            reply = new RespReply(line, default, default);
            return true;
        }
        var parts = line[0] == '*' ? RespParser.Number(line) : 0;
        if (parts is not (2 or 3)) throw RespParser.Broken();
        if (!TryReadName(ref parser, out var kind) || !TryReadName(ref parser, out var channel)) return false;
        ReadOnlySpan<byte> payload = default;
        if (parts == 3 && !TryReadPart(ref parser, out payload, out excess)) return false;
        reply = new RespReply(kind, channel, payload) { IsTooLong = excess > 0 };
        return true;
    }

    private static bool TryReadName(scoped ref RespParser parser, out ReadOnlySpan<byte> name) => TryReadPart(ref parser, out name, out var excess) && (excess == 0 ? true : throw RespParser.Broken());

    // "$" length CR LF bytes CR LF, or ":" number CR LF
    private static bool TryReadPart(scoped ref RespParser parser, out ReadOnlySpan<byte> part, out long excess)
    {
        part = default;
        excess = 0;
        if (!parser.TryReadLine(out var line)) return false;
        if (line[0] is not ((byte)'$' or (byte)':')) throw RespParser.Broken();
        var number = RespParser.Number(line);
        if (line[0] == ':' || number < 0) return true;
        if (number <= RespParser.MaxBytes) return parser.TryReadText((int)number, out part);
        excess = number <= uint.MaxValue ? number + 2 : throw RespParser.Broken();
        return true;
    }
}
