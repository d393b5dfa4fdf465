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
        while (Wtf8.TakeHalf(ref text, out var before, out var half))
        {
            WriteValid(output, before);
            Wtf8.WriteEscaped(output, half);
        }
        WriteValid(output, text);
    }

    /// <summary>Writes a text in WTF-8.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> wtf8)
    {
        while (Wtf8.TakeHalf(ref wtf8, out var before, out var half))
        {
            WriteValid(output, before);
            Wtf8.WriteEscaped(output, half);
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
