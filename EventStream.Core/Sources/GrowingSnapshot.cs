using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Sources;

/// <summary>Compares a text that is sent whole each time it grows with the part that is known. Copies nothing unless a surrogate pair was cut.</summary>
internal static class GrowingSnapshot
{
    /// <summary>Whether a JSON string begins with a text.</summary>
    /// <param name="snapshot">The JSON string.</param>
    /// <param name="known">The text in WTF-8.</param>
    /// <param name="rest">What follows it, escaped as it is in JSON.</param>
    public static bool Continues(JsonElement snapshot, ReadOnlySpan<byte> known, out ReadOnlySpan<byte> rest)
    {
        rest = JsonMarshal.GetRawUtf8Value(snapshot)[1..^1];
        // A text that was cut between the halves of a pair goes on with the second half.
        if (Wtf8.OpenEndOf(known) is { } half) return Begins(ref rest, known[..^Wtf8.HalfLength]) && BeginsWithHalf(ref rest, half);
        return Begins(ref rest, known);
    }

    /// <summary>Whether a JSON string is an earlier state of a text: its beginning, shorter by more than the blanks that a system trims at the end.</summary>
    public static bool IsEarlier(JsonElement snapshot, ReadOnlySpan<byte> known)
    {
        if (!JsonText.TryWtf8(snapshot, out var text)) return false;
        if (Wtf8.OpenEndOf(text) is not null) text = text[..^Wtf8.HalfLength];
        return known.StartsWith(text) && !known[text.Length..].Trim(" \t\r\n"u8).IsEmpty;
    }

    private static bool Begins(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> known)
    {
        Span<byte> decoded = stackalloc byte[4];
        while (!known.IsEmpty)
        {
            var within = rest[..Math.Min(rest.Length, known.Length)];
            var plain = within.IndexOf((byte)'\\') is var escape and >= 0 ? escape : within.Length;
            if (!rest[..plain].SequenceEqual(known[..plain])) return false;
            rest = rest[plain..];
            known = known[plain..];
            if (known.IsEmpty) break;
            if (rest.IsEmpty) return false;
            var read = Wtf8.DecodeEscape(rest, decoded, out var length);
            if (!known.StartsWith(decoded[..length])) return false;
            rest = rest[read..];
            known = known[length..];
        }
        return true;
    }

    private static bool BeginsWithHalf(ref ReadOnlySpan<byte> rest, char half)
    {
        if (rest.IsEmpty) return false;
        if (rest[0] == (byte)'\\')
        {
            Span<byte> decoded = stackalloc byte[4];
            var read = Wtf8.DecodeEscape(rest, decoded, out var length);
            if (FirstHalfOf(decoded[..length]) != half) return false;
            // The escape of the second half, when there is one, follows.
            rest = rest[Math.Min(read, 6)..];
            return true;
        }
        if (FirstHalfOf(rest) != half) return false;
        var second = new ArrayBufferWriter<byte>(6 + rest.Length);
        Rune.DecodeFromUtf8(rest, out var pair, out var taken);
        Span<char> units = stackalloc char[2];
        pair.EncodeToUtf16(units);
        Wtf8.WriteEscaped(second, units[1]);
        second.Write(rest[taken..]);
        rest = second.WrittenSpan;
        return true;
    }

    private static char? FirstHalfOf(ReadOnlySpan<byte> text)
    {
        if (Wtf8.IsHalf(text)) return Wtf8.HalfOf(text);
        if (Rune.DecodeFromUtf8(text, out var first, out _) != OperationStatus.Done || first.IsBmp) return null;
        Span<char> units = stackalloc char[2];
        first.EncodeToUtf16(units);
        return units[0];
    }
}
