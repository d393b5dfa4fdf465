using System.Runtime.InteropServices;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects.AiSdk;

/// <summary>Values with members that the AI SDK's parser refuses, and a stream with them: <c>__proto__</c>, and <c>constructor</c> with a <c>prototype</c>.</summary>
internal static class TameJson
{
    /// <summary>Writes a value; one that would be refused as its JSON text.</summary>
    public static PayloadWriter Tame(this PayloadWriter json, string name, JsonElement value) => IsTame(value) ? json.Json(name, value) : json.Text(name, value.GetRawText());

    public static bool IsTame(JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        // Few values have such names, or names with escapes that may hide one.
        return (raw.IndexOf("__proto__"u8) < 0 && raw.IndexOf("constructor"u8) < 0 && !raw.Contains((byte)'\\')) || HasNone(value);
    }

    private static bool HasNone(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().All(HasNone),
        JsonValueKind.Object => JsonText.Member(value, "__proto__") is null && !HasPrototype(value) && value.EnumerateObject().All(member => HasNone(member.Value)),
        _ => true,
    };

    private static bool HasPrototype(JsonElement value) => JsonText.Member(value, "constructor") is { } constructor && JsonText.Member(constructor, "prototype") is not null;
}
