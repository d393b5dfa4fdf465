using System.Text.Json;
using EventStream.Bus;
using EventStream.Foreign;

namespace EventStream.Sources.Eddie;

/// <summary>Eddie: WebSocket frames <c>{event, data}</c>, raw stream events, JSONL trace records and in-process events.</summary>
internal sealed class EddieNormaliser : ISourceNormaliser
{
    public string Name => EddieNames.Source;

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context) => EddieFrame.Read(this, frame, context);

    public void Normalise(NativeEvent native, NormalisedEvents output)
    {
        var body = new NativeBody(native.Body);
        var known = EddieTraceRecord.IsOne(body, native.Type) ? EddieTraceRecord.Row : EddieEvent.Find(native.Type);
        if (known is null || native.Body.ValueKind != (known.IsBareId(native.Body) ? JsonValueKind.String : JsonValueKind.Object))
        {
            output.AddUnknown();
            return;
        }
        body.DropEnvelope(native, known.Time);
        known.Normalise(output, body);
    }
}
