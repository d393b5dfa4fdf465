using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>One form for equal JSON values: the order of members, escapes, and how a number is written say nothing.</summary>
internal static class CanonicalJson
{
    // Larger whole numbers aren't exact as doubles.
    private const double MaxExact = 9_007_199_254_740_992;

    public static ulong DigestOf(JsonElement value)
    {
        var form = new ArrayBufferWriter<byte>(256);
        Write(form, value);
        return SessionState.DigestOf(form.WrittenSpan);
    }

    private static void Write(ArrayBufferWriter<byte> form, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject().OrderBy(NameOf, StringComparer.Ordinal))
                {
                    form.Write("{"u8);
                    WriteText(form, MemoryMarshal.AsBytes(NameOf(member).AsSpan()));
                    Write(form, member.Value);
                }
                form.Write("}"u8);
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    form.Write("["u8);
                    Write(form, item);
                }
                form.Write("]"u8);
                break;
            case JsonValueKind.String when JsonText.TryWtf8(value, out var text):
                WriteText(form, text);
                break;
            case JsonValueKind.Number when value.TryGetDouble(out var number) && Math.Abs(number) < MaxExact:
                form.Write(Encoding.ASCII.GetBytes(number.ToString("R", CultureInfo.InvariantCulture)));
                break;
            default:
                form.Write(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }

    // With its length, so that no text looks like two.
    private static void WriteText(ArrayBufferWriter<byte> form, ReadOnlySpan<byte> text)
    {
        form.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\"{text.Length}:")));
        form.Write(text);
    }

    private static string NameOf(JsonProperty member) => Wtf8.ToText(Wtf8.Decode(JsonMarshal.GetRawUtf8PropertyName(member)));
}
