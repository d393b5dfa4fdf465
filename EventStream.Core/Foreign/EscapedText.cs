using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Foreign;

/// <summary>Writes the inside of JSON strings. Half a surrogate pair becomes an escape, which the library's encoder can't write.</summary>
internal static class EscapedText
{
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        for (var half = Wtf8.IndexOfHalf(text); half >= 0; half = Wtf8.IndexOfHalf(text))
        {
            WriteValid(output, text[..half]);
            Wtf8.WriteEscaped(output, text[half]);
            text = text[(half + 1)..];
        }
        WriteValid(output, text);
    }

    /// <summary>Writes a text in WTF-8.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> wtf8)
    {
        for (var half = Wtf8.IndexOfHalf(wtf8); half >= 0; half = Wtf8.IndexOfHalf(wtf8))
        {
            WriteValid(output, wtf8[..half]);
            Wtf8.WriteEscaped(output, Wtf8.HalfOf(wtf8[half..]));
            wtf8 = wtf8[(half + Wtf8.HalfLength)..];
        }
        WriteValid(output, wtf8);
    }

    private static void WriteValid(IBufferWriter<byte> output, ReadOnlySpan<char> text) =>
        output.Write(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);

    private static void WriteValid(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        var needsEscape = utf8.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) >= 0 || utf8.ContainsAny((byte)'"', (byte)'\\');
        output.Write(needsEscape ? JsonEncodedText.Encode(utf8, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes : utf8);
    }
}
