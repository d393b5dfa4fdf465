using System.Text.Json;
using EventStream.Events;

namespace EventStream.Dialects.Renamed;

/// <summary>The envelope under another name than the canonical one, as <c>event:</c> and as <c>type</c>. The server's own frames keep their names.</summary>
internal abstract class RenamedDialect : IDialect
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = EventLimits.MaxJsonDepth };

    public abstract string Name { get; }

    public DialectKind Kind => DialectKind.Shared;

    /// <summary>The name of an event in this dialect; null when it keeps the canonical one.</summary>
    /// <param name="type">The canonical name.</param>
    /// <param name="sourceType">Its name in the system that it comes from, where it has one.</param>
    protected abstract string? NameOf(string type, string? sourceType);

    public void WriteEvent(in DialectEvent next, List<DialectMessage> output)
    {
        var envelope = next.Envelope.Span;
        if (EventCatalogue.RoleOf(next.Type) != EventRole.Control && Find(envelope) is (var start, var end and > 0, var sourceType)
            && NameOf(next.Type, sourceType) is { } name && name != next.Type && EventNames.IsValid(name))
        {
            var quoted = JsonEncodedText.Encode(name, EventJson.WriterOptions.Encoder);
            output.Add(new DialectMessage(name, (byte[])[.. envelope[..start], (byte)'"', .. quoted.EncodedUtf8Bytes, (byte)'"', .. envelope[end..]]));
            return;
        }
        output.Add(new DialectMessage(next.Type, next.Envelope));
    }

    public ReadOnlyMemory<byte> WithCursor(Cursor cursor, ReadOnlyMemory<byte> data) => PlacedEnvelope.Of(cursor, data.Span);

    /// <summary>Where the value of <c>type</c> stands, quotes included, and the value of <c>source_type</c>.</summary>
    private static (int Start, int End, string? SourceType) Find(ReadOnlySpan<byte> envelope)
    {
        var (start, end) = (0, 0);
        string? sourceType = null;
        try
        {
            var reader = new Utf8JsonReader(envelope, Options);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals("type"u8);
                var isSourceType = reader.ValueTextEquals("source_type"u8);
                reader.Read();
                if (isType) (start, end) = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
                if (isSourceType && reader.TokenType == JsonTokenType.String) sourceType = reader.GetString();
                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The envelope holds escapes that are no text; the event keeps its name.
            return default;
        }
        return (start, end, sourceType);
    }
}
