using System.Text.Json;
using System.Text.Unicode;
using EventStream.Events;

namespace EventStream.Api.Publishing;

/// <summary>Reads small requests, all of whose texts the server uses: unlike the payload of an event, none may hold half a surrogate pair.</summary>
internal static class WellFormedJson
{
    /// <exception cref="EventRejectedException">It is no JSON object of well-formed text.</exception>
    public static JsonElement ParseObject(ReadOnlySpan<byte> utf8, string example)
    {
        if (!Utf8.IsValid(utf8)) throw new EventRejectedException("", "The body is not valid UTF-8.");
        try
        {
            var json = JsonElement.Parse(utf8);
            if (json.ValueKind != JsonValueKind.Object) throw new EventRejectedException("", $"The body must be an object, such as {example}.");
            RequireWholePairs(utf8);
            return json;
        }
        catch (JsonException)
        {
            throw new EventRejectedException("", $"The body must be JSON, such as {example}.");
        }
    }

    private static void RequireWholePairs(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) RequireWholePair(ref reader);
        }
    }

    private static void RequireWholePair(ref Utf8JsonReader reader)
    {
        try
        {
            EventReader.Text(ref reader, "The body");
        }
        catch (EventRejectedException e)
        {
            throw new EventRejectedException("", e.Message);
        }
    }
}
