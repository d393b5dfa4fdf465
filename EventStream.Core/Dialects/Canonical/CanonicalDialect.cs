using EventStream.Events;

namespace EventStream.Dialects.Canonical;

/// <summary>The envelope as it is.</summary>
internal sealed class CanonicalDialect : IDialect
{
    public string Name => "canonical";

    public DialectKind Kind => DialectKind.Shared;

    public void WriteEvent(in DialectEvent next, List<DialectMessage> output) => output.Add(new DialectMessage(next.Type, next.Envelope));

    public ReadOnlyMemory<byte> WithCursor(Cursor cursor, ReadOnlyMemory<byte> data) => PlacedEnvelope.Of(cursor, data.Span);
}
