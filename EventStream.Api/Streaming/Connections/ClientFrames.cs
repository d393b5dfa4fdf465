namespace EventStream.Api.Streaming.Connections;

/// <summary>Follows the frames that a WebSocket client sends, by their heads: .NET's WebSocket takes empty ones without a mask and the others apart wrongly, and doesn't tell of pings and pongs.</summary>
/// <remarks>A frame is: a byte with the opcode, a byte with the mask bit and the length, 2 or 8 bytes of length when that is 126 or 127, 4 bytes of mask, the payload.</remarks>
internal struct ClientFrames
{
    private const byte OpcodeBits = 0x0F;
    // The first of the control frames; ping and pong follow.
    private const byte CloseOpcode = 8;
    private const byte MaskBit = 0x80;
    private const int MaskBytes = 4;

    private byte _opcode;
    // How many bytes of the head have come, its length once that is known, and the length of the payload.
    private int _headBytes;
    private int _headLength;
    private ulong _payload;

    /// <summary>Whether a frame wasn't masked, which RFC 6455 forbids a client.</summary>
    public bool IsUnmasked { get; private set; }

    /// <summary>Whether a close frame came.</summary>
    public bool HasFarewell { get; private set; }

    /// <summary>How many pings and pongs came.</summary>
    public long ControlFrames { get; private set; }

    /// <summary>Takes the bytes that came next.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_headLength != 0 && _headBytes == _headLength)
            {
                var payload = (int)Math.Min(_payload, (ulong)bytes.Length);
                bytes = bytes[payload..];
                _payload -= (ulong)payload;
                if (_payload == 0) _headBytes = _headLength = 0;
                continue;
            }
            AddToHead(bytes[0]);
            bytes = bytes[1..];
        }
    }

    private void AddToHead(byte next)
    {
        switch (_headBytes++)
        {
            case 0:
                _opcode = (byte)(next & OpcodeBits);
                break;
            case 1:
                BeginLength(next);
                break;
            case var at when at < _headLength - (IsUnmasked ? 0 : MaskBytes):
                _payload = (_payload << 8) | next;
                break;
        }
        // Without a payload the frame ends with its head.
        if (_headBytes == _headLength && _payload == 0) _headBytes = _headLength = 0;
    }

    private void BeginLength(byte next)
    {
        IsUnmasked |= (next & MaskBit) == 0;
        HasFarewell |= _opcode == CloseOpcode;
        if (_opcode > CloseOpcode) ControlFrames++;
        var length = next & ~MaskBit;
        var extended = length switch { 126 => 2, 127 => 8, _ => 0 };
        _payload = extended == 0 ? (ulong)length : 0;
        _headLength = 2 + extended + (IsUnmasked ? 0 : MaskBytes);
    }
}
