using EventStream.Sessions;

namespace EventStream.Dialects.Eddie;

/// <summary>What a connection knows of one message or thought: its text, and the members that only its first event had.</summary>
internal sealed class KnownText
{
    private GrowingText _text;
    private bool _isCut;

    public string? Role { get; set; }

    public string? CreatedAt { get; set; }

    public string? Name { get; set; }

    public string? ToolCallId { get; set; }

    /// <summary>What is known, in bytes of text and characters of the names: a publisher may make either long.</summary>
    public int Length => _text.Length + LengthOf(Role) + LengthOf(CreatedAt) + LengthOf(Name) + LengthOf(ToolCallId);

    /// <summary>The text with a piece behind it.</summary>
    public ReadOnlySpan<byte> Append(ReadOnlySpan<byte> utf8)
    {
        _isCut |= _text.Length + utf8.Length > SessionState.MaxTextBytes;
        // Don't keep the piece: from this length on, Eddie's source stores whole texts instead of pieces.
        if (_isCut) return (byte[])[.. _text.Wtf8Bytes, .. utf8];
        _text = _text.Append(utf8);
        return _text.Wtf8Bytes;
    }

    /// <summary>Takes another text in its place; one that is too long isn't kept.</summary>
    public void Replace(ReadOnlySpan<byte> utf8)
    {
        _text = default;
        _isCut = false;
        Append(utf8);
    }

    private static int LengthOf(string? text) => text?.Length ?? 0;
}
