using System.Text;
using System.Text.Json;
using EventStream.Events.Payloads;

namespace EventStream.Events;

/// <summary>The payload of an event: one JSON object on one line, kept token for token as its publisher sent it.</summary>
public sealed class EventPayload
{
    internal EventPayload(ReadOnlyMemory<byte> compactUtf8) => Utf8 = compactUtf8;

    /// <summary>The payload <c>{}</c>.</summary>
    public static EventPayload Empty { get; } = new("{}"u8.ToArray());

    /// <summary>The JSON text in UTF-8, without insignificant white space.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Takes a JSON object as it is.</summary>
    /// <exception cref="EventRejectedException">The text is no JSON object.</exception>
    public static EventPayload Parse(string json) => Parse(JsonEncoder.ToUtf8(json));

    /// <inheritdoc cref="Parse(string)"/>
    public static EventPayload Parse(ReadOnlySpan<byte> utf8)
    {
        var compact = CompactJson.From(utf8);
        return compact[0] == (byte)'{'
            ? new EventPayload(compact)
            : throw new EventRejectedException("/payload", "must be a JSON object.");
    }

    /// <summary>Writes a typed payload as JSON.</summary>
    public static EventPayload From(CanonicalPayload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return new EventPayload(JsonSerializer.SerializeToUtf8Bytes(payload, EventCatalogue.Of(payload).JsonType));
    }

    /// <summary>Reads the payload as one of the catalogue's records.</summary>
    /// <exception cref="JsonException">The JSON lacks a required member of <typeparamref name="T"/> or has one of another type.</exception>
    public T As<T>() where T : CanonicalPayload =>
        (T)JsonSerializer.Deserialize(Utf8.Span, EventCatalogue.Of(typeof(T)).JsonType)!;

    /// <summary>The JSON text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);
}
