using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace EventStream.Events;

/// <summary>Writes envelopes as JSON on one line: the form in logs, on channels and in frames.</summary>
public static class EventWriter
{
    // All members with ids of 36 characters.
    private const int UsualOverhead = 512;

    /// <summary>The envelope in UTF-8, <c>event_id</c> first.</summary>
    public static byte[] ToUtf8(Event envelope)
    {
        var buffer = new ArrayBufferWriter<byte>(envelope.Payload.Utf8.Length + UsualOverhead);
        Write(buffer, envelope);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the envelope, <c>event_id</c> first.</summary>
    public static void Write(IBufferWriter<byte> output, Event envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        using var json = new Utf8JsonWriter(output, EventJson.WriterOptions);
        Write(json, envelope);
    }

    internal static void Write(Utf8JsonWriter json, Event envelope)
    {
        json.WriteStartObject();
        json.WriteString("event_id"u8, envelope.EventId);
        json.WriteString("session_id"u8, envelope.SessionId);
        json.WriteString("timestamp"u8, FormatTimestamp(envelope.Timestamp));
        json.WriteString("type"u8, envelope.Type);
        json.WritePropertyName("payload"u8);
        json.WriteRawValue(envelope.Payload.Utf8.Span, skipInputValidation: true);
        WriteOptional(json, "run_id"u8, envelope.RunId);
        WriteOptional(json, "project_id"u8, envelope.ProjectId);
        WriteOptional(json, "agent_id"u8, envelope.AgentId);
        WriteOptional(json, "source"u8, envelope.Source);
        WriteOptional(json, "source_type"u8, envelope.SourceType);
        WriteOptional(json, "execution_id"u8, envelope.ExecutionId);
        WriteOptional(json, "traceparent"u8, envelope.Traceparent);
        json.WriteEndObject();
    }

    /// <summary>RFC 3339, UTC, milliseconds, <c>Z</c>.</summary>
    internal static string FormatTimestamp(DateTimeOffset timestamp) =>
        timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void WriteOptional(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }
}
