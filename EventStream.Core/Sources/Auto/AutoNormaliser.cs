using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Auto;

/// <summary>Finds the vocabulary of a frame by its shape. For publishers that can't name their source; naming it is safer.</summary>
internal sealed class AutoNormaliser : ISourceNormaliser
{
    public string Name => "auto";

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context) =>
        SourceDetection.SourceOf(frame, context) is { } source ? SourceCatalogue.Get(source).Read(frame, context) : [Unknown(frame)];

    public void Normalise(NativeEvent native, NormalisedEvents output) => output.AddUnknown();

    private NativeEvent Unknown(JsonElement frame) => new()
    {
        Source = this,
        Type = JsonText.MemberText(frame, "type") ?? JsonText.MemberText(frame, "event") ?? "unknown",
        Body = frame,
        SessionId = JsonText.FirstScalar(frame, "session_id", "sessionId"),
        Timestamp = NativeTime.Read(JsonText.Member(frame, "timestamp")),
    };
}
