using System.Text.Json;
using System.Text.Unicode;

namespace EventStream.Events;

/// <summary>What a server must know of a logged envelope to frame, filter and time it, without reading its payload.</summary>
/// <param name="Type">The event's name.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Timestamp">Its time; null when it has none that can be read.</param>
internal readonly record struct EnvelopeHead(string Type, string? RunId, DateTimeOffset? Timestamp)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = EventLimits.MaxJsonDepth };

    /// <summary>Reads an envelope that others may have tampered with.</summary>
    /// <param name="envelope">Its bytes.</param>
    /// <param name="head">What it says; nothing when it is no event of a log.</param>
    /// <param name="sessionId">The only session that it may name; null allows all.</param>
    /// <param name="projectId">The only project that it may name; null allows all.</param>
    public static bool TryRead(ReadOnlySpan<byte> envelope, out EnvelopeHead head, string? sessionId = null, string? projectId = null)
    {
        head = default;
        // A frame is one line of UTF-8. EventWriter writes nothing else, but another program may have written the log.
        if (envelope.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) >= 0 || !Utf8.IsValid(envelope)) return false;
        string? type = null, runId = null;
        var isForeign = false;
        DateTimeOffset? timestamp = null;
        try
        {
            var reader = new Utf8JsonReader(envelope, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("type"u8)) type = ReadType(ref reader);
                else if (reader.ValueTextEquals("run_id"u8)) runId = ReadText(ref reader);
                else if (reader.ValueTextEquals("timestamp"u8)) timestamp = ReadTime(ref reader);
                else if (reader.ValueTextEquals("session_id"u8)) isForeign |= !IsText(ref reader, sessionId);
                else if (reader.ValueTextEquals("project_id"u8)) isForeign |= !IsText(ref reader, projectId);
                // The position that another program gave it.
                else if (reader.ValueTextEquals("id"u8)) return false;
                else reader.Skip();
            }
            // Throws when something stands after the object.
            reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
        if (isForeign || type is null || !EventRules.IsType(type) || EventCatalogue.RoleOf(type) == EventRole.Control) return false;
        head = new EnvelopeHead(type, runId, timestamp);
        return true;
    }

    /// <summary>Reads one member of an envelope that holds text; null when there is none.</summary>
    public static string? ReadMember(ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> name)
    {
        try
        {
            var reader = new Utf8JsonReader(envelope, Options);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals(name)) return ReadText(ref reader);
                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Another program wrote an envelope that can't be read.
        }
        return null;
    }

    /// <summary>Whether two envelopes hold the same event. The id decides: a repeated event may have a new timestamp.</summary>
    public static bool IsSameEvent(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        one.SequenceEqual(other) || (EventId(one) is { IsEmpty: false } id && id.SequenceEqual(EventId(other)));

    private static ReadOnlySpan<byte> EventId(ReadOnlySpan<byte> envelope)
    {
        try
        {
            var reader = new Utf8JsonReader(envelope, Options);
            return reader.Read() && reader.Read() && reader.ValueTextEquals("event_id"u8) && reader.Read() ? reader.ValueSpan : default;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    // Canonical names share one string; other names are new strings.
    private static string? ReadType(ref Utf8JsonReader reader)
    {
        reader.Read();
        return EventCatalogue.Find(reader.ValueSpan)?.Name ?? reader.GetString();
    }

    private static DateTimeOffset? ReadTime(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) ? time : null;
    }

    private static bool IsText(ref Utf8JsonReader reader, string? expected)
    {
        reader.Read();
        if (expected is null)
        {
            reader.Skip();
            return true;
        }
        return reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(expected);
    }

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }
}
