using System.Text.Json;

namespace EventStream.Sources.Adk;

internal sealed class AdkNormaliser : ISourceNormaliser
{
    public string Name => "adk";

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context) => [new NativeEvent { Source = this, Type = "unknown", Body = frame }];

    public void Normalise(NativeEvent native, NormalisedEvents output) => output.AddUnknown();
}
