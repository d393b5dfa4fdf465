using System.Buffers.Binary;
using System.Text;

namespace EventStream.Benchmarks.Load.Secure;

/// <summary>Reads the one answer on an HTTP/2 connection (RFC 9113), wherever reads cut it, and hands out its body without copying.</summary>
internal sealed class Http2Reader : IResponseReader
{
    /// <summary>What a client says first: the preface, its settings, and that the server may send without asking.</summary>
    public static readonly byte[] Preface =
    [
        .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
        // SETTINGS: no push, and the largest window for each stream.
        .. FrameOf(4, 0, 0, [0, 2, 0, 0, 0, 0, 0, 4, 0x7F, 0xFF, 0xFF, 0xFF]),
        .. FrameOf(8, 0, 0, [0x7F, 0xFF, 0, 0]),
    ];

    private const int StreamId = 1;
    private const int HeadBytes = 9;
    private const int MaxPayload = 16_384;
    // Then the windows are filled up again.
    private const int WindowStep = 1 << 30;
    private const byte EndsStream = 1, Acknowledges = 1, EndsHeaders = 4, IsPadded = 8, HasPriority = 32;
    private static readonly string[] Known = ["200", "204", "206", "304", "400", "404", "500"];

    private readonly byte[] _head = new byte[HeadBytes];
    private readonly List<byte> _payload = [];
    private readonly List<byte> _headers = [];
    private readonly List<byte> _reply = [];
    private int _headLength;
    private int _left, _padding, _unreturned;
    private bool _isInFrame, _awaitsPadding;

    private enum Type : byte
    {
        Data = 0,
        Headers = 1,
        Reset = 3,
        Settings = 4,
        Ping = 6,
        GoAway = 7,
        Continuation = 9,
    }

    public int Status { get; private set; }

    public string? FirstLine { get; private set; }

    public bool IsEnded { get; private set; }

    private Type Kind => (Type)_head[3];

    private byte Flags => _head[4];

    /// <summary>A request for one stream, as the frame that follows the preface.</summary>
    public static byte[] RequestOf(string authority, string path, string? lastEventId)
    {
        // HPACK: names and values from the static table, else literals that are in no table.
        List<byte> block = [0x82, 0x87];
        Literal([0x04], path);
        Literal([0x01], authority);
        Literal([0x0F, 19 - 15], "text/event-stream");
        if (lastEventId is not null) Literal([0x00, (byte)"last-event-id".Length, .. "last-event-id"u8], lastEventId);
        return FrameOf((byte)Type.Headers, EndsStream | EndsHeaders, StreamId, [.. block]);

        void Literal(byte[] name, string value)
        {
            if (value.Length >= 127) throw new BenchmarkException($"'{value}' is too long for the generator's HTTP/2: 126 characters at most.");
            block.AddRange([.. name, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)]);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">It isn't HTTP/2, or the server ended the connection for an error.</exception>
    public ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> received)
    {
        while (!received.IsEmpty && !IsEnded)
        {
            if (!_isInFrame)
            {
                TakeHead(ref received);
            }
            else if (_awaitsPadding)
            {
                _padding = Cut(ref received, 1)[0];
                _awaitsPadding = false;
                if (_padding >= _left--) throw new InvalidDataException("A frame's padding is longer than the frame.");
            }
            else if (Kind == Type.Data)
            {
                var piece = Cut(ref received, Math.Min(_left, received.Length));
                var body = piece[..Math.Max(0, piece.Length - Math.Max(0, _padding - (_left - piece.Length)))];
                _left -= piece.Length;
                if (_left == 0) EndFrame();
                if (!body.IsEmpty) return body;
            }
            else
            {
                _payload.AddRange(Cut(ref received, Math.Min(_left - _payload.Count, received.Length)));
                if (_payload.Count == _left) EndFrame();
            }
        }
        return [];
    }

    /// <summary>What the server must be sent now; empty mostly.</summary>
    public ReadOnlySpan<byte> TakeReply()
    {
        if (_reply.Count == 0) return [];
        byte[] reply = [.. _reply];
        _reply.Clear();
        return reply;
    }

    private static byte[] FrameOf(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        byte[] frame = [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, (byte)stream, .. payload];
        return frame;
    }

    private static ReadOnlySpan<byte> Cut(ref ReadOnlySpan<byte> received, int length)
    {
        var piece = received[..length];
        received = received[length..];
        return piece;
    }

    private void TakeHead(ref ReadOnlySpan<byte> received)
    {
        var piece = Cut(ref received, Math.Min(HeadBytes - _headLength, received.Length));
        piece.CopyTo(_head.AsSpan(_headLength));
        _headLength += piece.Length;
        if (_headLength < HeadBytes) return;
        _left = (_head[0] << 16) | (_head[1] << 8) | _head[2];
        if (_left > MaxPayload) throw new InvalidDataException($"A frame of {_left:N0} bytes came; at most {MaxPayload:N0} were agreed, or it isn't HTTP/2.");
        if (Kind == Type.Data)
        {
            if (Status == 0) throw new InvalidDataException("The body came before the headers.");
            _unreturned += _left;
        }
        (_isInFrame, _padding) = (true, 0);
        _awaitsPadding = Kind is Type.Data or Type.Headers && (Flags & IsPadded) != 0;
        if (_left == 0) EndFrame();
    }

    private void EndFrame()
    {
        (_isInFrame, _headLength) = (false, 0);
        byte[] payload = [.. _payload];
        _payload.Clear();
        switch (Kind)
        {
            case Type.Data:
                IsEnded = (Flags & EndsStream) != 0;
                ReturnWindow();
                break;
            case Type.Headers:
                var from = (Flags & HasPriority) != 0 ? 5 : 0;
                if (payload.Length < from + _padding) throw new InvalidDataException("A frame of headers is too short.");
                TakeHeaders(payload.AsSpan(from, payload.Length - from - _padding));
                IsEnded = (Flags & EndsStream) != 0;
                break;
            case Type.Continuation:
                TakeHeaders(payload);
                break;
            case Type.Settings when (Flags & Acknowledges) == 0:
                _reply.AddRange(FrameOf((byte)Type.Settings, Acknowledges, 0, []));
                break;
            case Type.Ping when (Flags & Acknowledges) == 0:
                _reply.AddRange(FrameOf((byte)Type.Ping, Acknowledges, 0, payload));
                break;
            case Type.Reset:
                throw new InvalidDataException($"the server reset the stream (HTTP/2 error {ErrorIn(payload, 0)})");
            case Type.GoAway when ErrorIn(payload, 4) is not 0 and var error:
                throw new InvalidDataException($"the server ended the connection (HTTP/2 error {error})");
        }
    }

    private static uint ErrorIn(byte[] payload, int at) => payload.Length >= at + 4 ? BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(at)) : uint.MaxValue;

    private void TakeHeaders(ReadOnlySpan<byte> part)
    {
        _headers.AddRange(part);
        if (_headers.Count > 4 * MaxPayload) throw new InvalidDataException("The server's headers have no end.");
        if ((Flags & EndsHeaders) == 0) return;
        if (Status == 0) ReadStatus([.. _headers]);
        _headers.Clear();
    }

    // The status comes before all other headers.
    private void ReadStatus(ReadOnlySpan<byte> block)
    {
        // The table of the connection gets another size.
        while (block is [var size, ..] && (size & 0xE0) == 0x20) block = block[((size & 0x1F) == 0x1F ? 2 : 1)..];
        var told = block switch
        {
            [>= 0x88 and <= 0x8E and var indexed, ..] => Known[indexed - 0x88],
            [0x08 or 0x18 or 0x48, 3, ..] when block.Length >= 5 => Encoding.ASCII.GetString(block[2..5]),
            // Digits in Huffman's code.
            [0x08 or 0x18 or 0x48, >= 0x80, ..] => "999",
            _ => throw new InvalidDataException("The answer's headers don't begin with a status."),
        };
        Status = int.TryParse(told, out var status) ? status : throw new InvalidDataException($"'{told}' is no status.");
        if (Status != 200) FirstLine = Status == 999 ? "HTTP/2 with another status than 200" : $"HTTP/2 {told}";
    }

    private void ReturnWindow()
    {
        if (_unreturned < WindowStep) return;
        Span<byte> step = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(step, _unreturned);
        foreach (var stream in (int[])[0, StreamId]) _reply.AddRange(FrameOf(8, 0, stream, step));
        _unreturned = 0;
    }
}
