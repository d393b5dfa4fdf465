using System.Runtime.InteropServices;
using System.Text.Json;

namespace EventStream.Events;

/// <summary>Reads JSON from outside. Its strings may hold half a surrogate pair, and then they are no text.</summary>
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
            // Another member's name is no text.
            return null;
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

    /// <summary>The text of a JSON string; null when the value is none.</summary>
    public static string? Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text of a JSON string in UTF-8; copied only when it holds escapes.</summary>
    /// <returns>Whether the value is such a text.</returns>
    public static bool TryUtf8(JsonElement value, out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        if (value.ValueKind != JsonValueKind.String) return false;
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (!raw.Contains((byte)'\\'))
        {
            utf8 = raw[1..^1];
            return true;
        }
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        var text = new byte[raw.Length];
        try
        {
            utf8 = text.AsSpan(0, reader.CopyString(text));
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
