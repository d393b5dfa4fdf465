using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace EventStream.Sources;

/// <summary>Compares a text that is sent whole each time it grows with the part that is known. Copies nothing.</summary>
internal static class GrowingSnapshot
{
    /// <summary>Whether a JSON string begins with a text.</summary>
    /// <param name="snapshot">The JSON string.</param>
    /// <param name="known">The text in UTF-8.</param>
    /// <param name="rest">What follows it, escaped as it is in JSON.</param>
    public static bool Continues(JsonElement snapshot, ReadOnlySpan<byte> known, out ReadOnlySpan<byte> rest)
    {
        rest = Escaped(snapshot);
        Span<byte> decoded = stackalloc byte[4];
        while (!known.IsEmpty)
        {
            var within = rest[..Math.Min(rest.Length, known.Length)];
            var plain = within.IndexOf((byte)'\\') is var escape and >= 0 ? escape : within.Length;
            if (!rest[..plain].SequenceEqual(known[..plain])) return false;
            rest = rest[plain..];
            known = known[plain..];
            if (known.IsEmpty) break;
            var read = Decode(rest, decoded, out var length);
            if (read == 0 || !known.StartsWith(decoded[..length])) return false;
            rest = rest[read..];
            known = known[length..];
        }
        return true;
    }

    /// <summary>Whether a JSON string is a text. It is none when it holds half a surrogate pair.</summary>
    public static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String && IsText(Escaped(value));

    /// <summary>Whether the inside of a JSON string is a text.</summary>
    public static bool IsText(ReadOnlySpan<byte> escaped)
    {
        Span<byte> decoded = stackalloc byte[4];
        while (escaped.IndexOf((byte)'\\') is var next and >= 0)
        {
            var read = Decode(escaped[next..], decoded, out _);
            if (read == 0) return false;
            escaped = escaped[(next + read)..];
        }
        return true;
    }

    private static ReadOnlySpan<byte> Escaped(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1];

    // Returns how many bytes the escape takes; 0 when there is none or it stands for no character.
    private static int Decode(ReadOnlySpan<byte> escaped, Span<byte> utf8, out int length)
    {
        length = 0;
        if (escaped.Length < 2) return 0;
        if (escaped[1] != (byte)'u')
        {
            length = 1;
            utf8[0] = escaped[1] switch { (byte)'n' => (byte)'\n', (byte)'r' => (byte)'\r', (byte)'t' => (byte)'\t', (byte)'b' => (byte)'\b', (byte)'f' => (byte)'\f', var itself => itself };
            return 2;
        }
        var first = Unit(escaped);
        if (Rune.TryCreate(first, out var rune)) return Encode(rune, 6, utf8, out length);
        return escaped.Length >= 12 && escaped[6] == (byte)'\\' && escaped[7] == (byte)'u' && Rune.TryCreate(first, Unit(escaped[6..]), out rune) ? Encode(rune, 12, utf8, out length) : 0;
    }

    private static int Encode(Rune rune, int read, Span<byte> utf8, out int length)
    {
        length = rune.EncodeToUtf8(utf8);
        return read;
    }

    private static char Unit(ReadOnlySpan<byte> escaped) => Utf8Parser.TryParse(escaped.Slice(2, 4), out ushort unit, out _, 'x') ? (char)unit : '\uD800';
}
