using System.Runtime.InteropServices;
using System.Text.Json;

namespace EventStream.Events;

/// <summary>Reads JSON from outside. Its strings may hold half a surrogate pair: see <see cref="Wtf8"/>.</summary>
internal static class JsonText
{
    /// <summary>The member of an object; null when there is none, or no object.</summary>
    public static JsonElement? Member(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        try
        {
            return element.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            // The name of a member holds half a pair, which no comparison takes.
            return MemberAmongHalves(element, name);
        }
    }

    /// <summary>The text of a member; null when it is none.</summary>
    public static string? MemberText(JsonElement element, string name) => Member(element, name) is { } value ? Text(value) : null;

    /// <summary>The first text under one of the names that isn't empty; null when there is none.</summary>
    public static string? FirstText(JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (MemberText(element, name) is { Length: > 0 } text) return text;
        }
        return null;
    }

    /// <summary>The text of a JSON string, which may hold half a surrogate pair; null when the value is no string.</summary>
    public static string? Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return Wtf8.ToText(Wtf8.Decode(JsonMarshal.GetRawUtf8Value(value)[1..^1]));
        }
    }

    /// <summary>The text of an id: a string, or the JSON of a value of any other type; null when it is absent or empty.</summary>
    public static string? Id(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Object } members when members.GetPropertyCount() > 0 => members.GetRawText(),
        { ValueKind: JsonValueKind.Array } items when items.GetArrayLength() > 0 => items.GetRawText(),
        _ => ScalarText(value),
    };

    /// <summary>The text of a string, or the JSON of a number or boolean; null when the value is none of these, or empty.</summary>
    public static string? ScalarText(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => Text(text) is { Length: > 0 } id ? id : null,
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } other => other.GetRawText(),
        _ => null,
    };

    /// <summary>The first member under one of the names that is a string, number or boolean, and not empty, as text; null when there is none.</summary>
    public static string? FirstScalar(JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (ScalarText(Member(element, name)) is { } text) return text;
        }
        return null;
    }

    /// <summary>The text of a JSON string in WTF-8; copied only when it holds escapes.</summary>
    /// <returns>Whether the value is a string.</returns>
    public static bool TryWtf8(JsonElement value, out ReadOnlySpan<byte> wtf8)
    {
        wtf8 = value.ValueKind == JsonValueKind.String ? Wtf8.Decode(JsonMarshal.GetRawUtf8Value(value)[1..^1]) : default;
        return value.ValueKind == JsonValueKind.String;
    }

    private static JsonElement? MemberAmongHalves(JsonElement element, string name)
    {
        JsonElement? found = null;
        foreach (var member in element.EnumerateObject())
        {
            var raw = JsonMarshal.GetRawUtf8PropertyName(member);
            if (Wtf8.IndexOfHalf(Wtf8.Decode(raw)) < 0 && member.NameEquals(name)) found = member.Value;
        }
        return found;
    }
}
