using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EventStream.Events;

/// <summary>Writes envelopes as JSON on one line: the form in logs, on channels and in frames.</summary>
public static class EventWriter
{
    private const int MaxScratchBytes = 64 * 1024;

    // Payloads are written as they are. The other members are whole texts, and readers refuse half a surrogate pair in them.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? _scratch;

    /// <summary>The envelope in UTF-8, <c>event_id</c> first.</summary>
    public static byte[] ToUtf8(Event envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var (buffer, json) = _scratch ??= NewScratch();
        json.Reset();
        buffer.ResetWrittenCount();
        Write(json, envelope);
        json.Flush();
        var utf8 = buffer.WrittenSpan.ToArray();
        // Drop the buffer of a long event: the thread would hold its memory for good.
        if (buffer.Capacity > MaxScratchBytes) _scratch = null;
        return utf8;
    }

    /// <summary>Writes the envelope, <c>event_id</c> first.</summary>
    public static void Write(IBufferWriter<byte> output, Event envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        using var json = new Utf8JsonWriter(output, Options);
        Write(json, envelope);
    }

    /// <summary>A text as it stands in an envelope, without its quotes.</summary>
    internal static string Escaped(string text) => JsonEncodedText.Encode(text, Options.Encoder).Value;

    internal static void Write(Utf8JsonWriter json, Event envelope)
    {
        json.WriteStartObject();
        json.WriteString(EnvelopeMember.EventId.Encoded, envelope.EventId);
        json.WriteString(EnvelopeMember.SessionId.Encoded, envelope.SessionId);
        WriteTimestamp(json, envelope.Timestamp);
        json.WriteString(EnvelopeMember.Type.Encoded, envelope.Type);
        json.WritePropertyName(EnvelopeMember.Payload.Encoded);
        json.WriteRawValue(envelope.Payload.Utf8.Span, skipInputValidation: true);
        WriteOptional(json, EnvelopeMember.RunId, envelope.RunId);
        WriteOptional(json, EnvelopeMember.ProjectId, envelope.ProjectId);
        WriteOptional(json, EnvelopeMember.AgentId, envelope.AgentId);
        WriteOptional(json, EnvelopeMember.Source, envelope.Source);
        WriteOptional(json, EnvelopeMember.SourceType, envelope.SourceType);
        WriteOptional(json, EnvelopeMember.ExecutionId, envelope.ExecutionId);
        WriteOptional(json, EnvelopeMember.Traceparent, envelope.Traceparent);
        WriteOptional(json, EnvelopeMember.Publisher, envelope.Publisher);
        json.WriteEndObject();
    }

    // RFC 3339, UTC, milliseconds, 'Z'
    private static void WriteTimestamp(Utf8JsonWriter json, DateTimeOffset timestamp)
    {
        // '2026-11-21T03:14:45.1230000Z': the one format that is written without looking at a format string.
        Span<byte> text = stackalloc byte[28];
        timestamp.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[23] = (byte)'Z';
        json.WriteString(EnvelopeMember.Timestamp.Encoded, text[..24]);
    }

    private static (ArrayBufferWriter<byte>, Utf8JsonWriter) NewScratch()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        return (buffer, new Utf8JsonWriter(buffer, Options));
    }

    private static void WriteOptional(Utf8JsonWriter json, EnvelopeMember member, string? text)
    {
        if (text is not null) json.WriteString(member.Encoded, text);
    }
}
