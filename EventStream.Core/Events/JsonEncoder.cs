using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace EventStream.Events;

/// <summary>Escapes what JSON must escape, and half a surrogate pair too: as <c>\ud83d</c>, so that the half in the next event completes it. Other encoders replace it.</summary>
internal sealed class JsonEncoder : JavaScriptEncoder
{
    private const int EscapeLength = 6;

    // Frames and Redis messages are read by people too; nothing here is ever embedded in HTML.
    private static readonly JavaScriptEncoder WholeText = UnsafeRelaxedJsonEscaping;

    private JsonEncoder() { }

    public static JsonEncoder Instance { get; } = new();

    public override int MaxOutputCharactersPerInputCharacter => WholeText.MaxOutputCharactersPerInputCharacter;

    /// <summary>JSON text in UTF-8. UTF-8 can't hold half a pair, so it becomes an escape.</summary>
    public static byte[] ToUtf8(string json)
    {
        var half = Wtf8.IndexOfHalf(json);
        if (half < 0) return Encoding.UTF8.GetBytes(json);
        var whole = new StringBuilder(json.Length + EscapeLength);
        var from = 0;
        for (; half >= 0; half = Wtf8.IndexOfHalf(json.AsSpan(from)))
        {
            whole.Append(json, from, half);
            // Behind a backslash it is no JSON, and must not become JSON of another meaning.
            var isEscaped = (half - json.AsSpan(from, half).TrimEnd('\\').Length) % 2 == 1;
            if (isEscaped) whole.Append(json[from + half]);
            else whole.Append(CultureInfo.InvariantCulture, $"\\u{(int)json[from + half]:x4}");
            from += half + 1;
        }
        return Encoding.UTF8.GetBytes(whole.Append(json, from, json.Length - from).ToString());
    }

    public override OperationStatus Encode(ReadOnlySpan<char> source, Span<char> destination, out int charsConsumed, out int charsWritten, bool isFinalBlock = true)
    {
        (charsConsumed, charsWritten) = (0, 0);
        while (true)
        {
            var rest = source[charsConsumed..];
            var half = Wtf8.IndexOfHalf(rest);
            var status = WholeText.Encode(half < 0 ? rest : rest[..half], destination[charsWritten..], out var consumed, out var written);
            charsConsumed += consumed;
            charsWritten += written;
            if (status != OperationStatus.Done || half < 0) return status;
            if (!isFinalBlock && half == rest.Length - 1 && char.IsHighSurrogate(rest[half])) return OperationStatus.NeedMoreData;
            if (!destination[charsWritten..].TryWrite(CultureInfo.InvariantCulture, $"\\u{(int)rest[half]:x4}", out _)) return OperationStatus.DestinationTooSmall;
            charsConsumed++;
            charsWritten += EscapeLength;
        }
    }

    public override OperationStatus EncodeUtf8(ReadOnlySpan<byte> utf8Source, Span<byte> utf8Destination, out int bytesConsumed, out int bytesWritten, bool isFinalBlock = true) =>
        WholeText.EncodeUtf8(utf8Source, utf8Destination, out bytesConsumed, out bytesWritten, isFinalBlock);

    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text) => WholeText.FindFirstCharacterToEncodeUtf8(utf8Text);

    public override bool WillEncode(int unicodeScalar) => WholeText.WillEncode(unicodeScalar);

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength) => WholeText.FindFirstCharacterToEncode(text, textLength);

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        WholeText.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
}
