using System.Text.Json;

namespace EventStream.Sources.Eddie;

internal sealed class EddieNormaliser : ISourceNormaliser
{
    public string Name => "eddie";

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context) => [new NativeEvent { Source = this, Type = "unknown", Body = frame }];

    public void Normalise(NativeEvent native, NormalisedEvents output) => output.AddUnknown();
}
