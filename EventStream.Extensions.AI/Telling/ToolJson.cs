using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace EventStream.Extensions.AI.Telling;

/// <summary>What tools take and give, as JSON that fits into an event.</summary>
internal static class ToolJson
{
    // Half of what an event may take.
    private const int MaxBytes = 128 * 1024;

    // Of what doesn't fit, so much is shown.
    private const int ShownLength = 8 * 1024;

    // An event allows 62 levels, some of which are around the value.
    private const int MaxDepth = 56;

    private static readonly JsonSerializerOptions Options = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    public static JsonElement True { get; } = JsonElement.Parse("true"u8);

    public static JsonElement Null { get; } = JsonElement.Parse("null"u8);

    public static JsonElement NoMembers { get; } = JsonElement.Parse("{}"u8);

    public static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, Options.GetTypeInfo(typeof(string)));

    public static JsonElement Number(long number) => JsonSerializer.SerializeToElement(number, Options.GetTypeInfo(typeof(long)));

    /// <summary>Any value as JSON; what has none is shown as text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="isCut">Whether only the beginning of its JSON fits, as text.</param>
    public static JsonElement Of(object? value, out bool isCut)
    {
        isCut = false;
        if (value is null) return Null;
        var json = JsonOf(value);
        if (Fits(json)) return JsonElement.Parse(json);
        isCut = true;
        return Text(Beginning(Encoding.UTF8.GetString(json)));
    }

    public static string Beginning(string text)
    {
        if (text.Length <= ShownLength) return text;
        return text[..(char.IsHighSurrogate(text[ShownLength - 1]) ? ShownLength - 1 : ShownLength)];
    }

    private static byte[] JsonOf(object value)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(value, Options.GetTypeInfo(value.GetType()));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            return JsonSerializer.SerializeToUtf8Bytes(value.ToString() ?? "", Options.GetTypeInfo(typeof(string)));
        }
    }

    private static bool Fits(byte[] json)
    {
        if (json.Length > MaxBytes) return false;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000 });
        while (reader.Read())
        {
            if (reader.CurrentDepth > MaxDepth) return false;
        }
        return true;
    }
}
