using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace EventStream.Events;

/// <summary>
/// Text in WTF-8: UTF-8 in which half a surrogate pair may stand too, as three bytes. JSON can hold such halves as escapes, and a text that is streamed in
/// pieces may be cut between the two halves of a pair: neither piece is valid text, both together are.
/// </summary>
internal static class Wtf8
{
    /// <summary>The bytes of half a pair.</summary>
    public const int HalfLength = 3;

    /// <summary>Decodes the inside of a JSON string; copied only when it holds escapes.</summary>
    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> escaped)
    {
        var next = escaped.IndexOf((byte)'\\');
        if (next < 0) return escaped;
        var text = new byte[escaped.Length];
        var length = 0;
        for (; next >= 0; next = escaped.IndexOf((byte)'\\'))
        {
            escaped[..next].CopyTo(text.AsSpan(length));
            length += next;
            var read = DecodeEscape(escaped[next..], text.AsSpan(length), out var written);
            length += written;
            escaped = escaped[(next + read)..];
        }
        escaped.CopyTo(text.AsSpan(length));
        return text.AsSpan(0, length + escaped.Length);
    }

    /// <summary>Decodes the escape at the start of a text, or the two escapes of a pair.</summary>
    /// <param name="escaped">The rest of the inside of a valid JSON string. It begins with a backslash.</param>
    /// <param name="text">Takes the character: up to four bytes.</param>
    /// <param name="length">How many bytes the character takes.</param>
    /// <returns>How many bytes of <paramref name="escaped"/> it took.</returns>
    public static int DecodeEscape(ReadOnlySpan<byte> escaped, Span<byte> text, out int length)
    {
        if (escaped[1] != (byte)'u')
        {
            length = 1;
            text[0] = escaped[1] switch { (byte)'n' => (byte)'\n', (byte)'r' => (byte)'\r', (byte)'t' => (byte)'\t', (byte)'b' => (byte)'\b', (byte)'f' => (byte)'\f', var itself => itself };
            return 2;
        }
        var unit = UnitOf(escaped);
        if (char.IsHighSurrogate(unit) && escaped.Length >= 12 && escaped[6] == (byte)'\\' && escaped[7] == (byte)'u' && UnitOf(escaped[6..]) is var low && char.IsLowSurrogate(low))
        {
            length = new Rune(unit, low).EncodeToUtf8(text);
            return 12;
        }
        length = char.IsSurrogate(unit) ? WriteHalf(unit, text) : new Rune(unit).EncodeToUtf8(text);
        return 6;
    }

    /// <summary>Where the first half of a pair stands; -1 when there is none.</summary>
    public static int IndexOfHalf(ReadOnlySpan<byte> text)
    {
        var from = 0;
        while (text[from..].IndexOf((byte)0xED) is var next and >= 0)
        {
            from += next;
            if (IsHalf(text[from..])) return from;
            from++;
        }
        return -1;
    }

    /// <summary>Whether a text begins with half a pair.</summary>
    public static bool IsHalf(ReadOnlySpan<byte> text) => text is [0xED, >= 0xA0 and <= 0xBF, _, ..];

    /// <summary>The half that a text begins with.</summary>
    public static char HalfOf(ReadOnlySpan<byte> text) => (char)(0xD000 | ((text[1] & 0x3F) << 6) | (text[2] & 0x3F));

    /// <summary>The first half of a pair that a text ends with; null when it ends otherwise.</summary>
    public static char? OpenEndOf(ReadOnlySpan<byte> text) =>
        text is [.., 0xED, >= 0xA0 and <= 0xAF, _] ? HalfOf(text[^HalfLength..]) : null;

    /// <summary>Whether the second half of a pair begins a text.</summary>
    public static bool BeginsWithSecondHalf(ReadOnlySpan<byte> text) => text is [0xED, >= 0xB0 and <= 0xBF, _, ..];

    /// <summary>The text as a string, in which halves may stand too.</summary>
    public static string ToText(ReadOnlySpan<byte> text)
    {
        var result = new StringBuilder(text.Length);
        while (TakeHalf(ref text, out var before, out var half)) result.Append(Encoding.UTF8.GetString(before)).Append(half);
        return result.Append(Encoding.UTF8.GetString(text)).ToString();
    }

    /// <summary>Takes the first half of a pair that stands alone, and the valid text before it, off the beginning of a text.</summary>
    /// <returns>False when there is none; the text is valid then.</returns>
    public static bool TakeHalf(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> before, out char half)
    {
        before = [];
        half = default;
        var at = IndexOfHalf(text);
        if (at < 0) return false;
        before = text[..at];
        half = HalfOf(text[at..]);
        text = text[(at + HalfLength)..];
        return true;
    }

    /// <inheritdoc cref="TakeHalf(ref ReadOnlySpan{byte}, out ReadOnlySpan{byte}, out char)"/>
    public static bool TakeHalf(ref ReadOnlySpan<char> text, out ReadOnlySpan<char> before, out char half)
    {
        before = [];
        half = default;
        var at = IndexOfHalf(text);
        if (at < 0) return false;
        before = text[..at];
        half = text[at];
        text = text[(at + 1)..];
        return true;
    }

    /// <summary>Where the first half of a pair stands in a string; -1 when there is none.</summary>
    public static int IndexOfHalf(ReadOnlySpan<char> text)
    {
        var from = 0;
        while (text[from..].IndexOfAnyInRange('\uD800', '\uDFFF') is var next and >= 0)
        {
            from += next;
            if (from + 1 == text.Length || !char.IsSurrogatePair(text[from], text[from + 1])) return from;
            from += 2;
        }
        return -1;
    }

    /// <summary>The beginning of a string, without half of a pair at its end.</summary>
    /// <param name="text">The string.</param>
    /// <param name="maxLength">The most characters, in UTF-16 units.</param>
    public static string Beginning(string text, int maxLength)
    {
        if (text.Length <= maxLength) return text;
        return text[..(char.IsSurrogatePair(text, maxLength - 1) ? maxLength - 1 : maxLength)];
    }

    /// <summary>Writes a half as a JSON escape.</summary>
    public static void WriteEscaped(IBufferWriter<byte> output, char half)
    {
        var escape = output.GetSpan(6);
        "\\u"u8.CopyTo(escape);
        Utf8Formatter.TryFormat((ushort)half, escape[2..], out _, new StandardFormat('x', 4));
        output.Advance(6);
    }

    private static int WriteHalf(char half, Span<byte> text)
    {
        (text[0], text[1], text[2]) = (0xED, (byte)(0x80 | ((half >> 6) & 0x3F)), (byte)(0x80 | (half & 0x3F)));
        return HalfLength;
    }

    private static char UnitOf(ReadOnlySpan<byte> escape) => Utf8Parser.TryParse(escape.Slice(2, 4), out ushort unit, out _, 'x') ? (char)unit : '\uFFFD';
}
