using System.Text.Json;

namespace EventStream.Sources.Auto;

internal sealed class AutoNormaliser : ISourceNormaliser
{
    public string Name => "auto";

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context) => [new NativeEvent { Source = this, Type = "unknown", Body = frame }];

    public void Normalise(NativeEvent native, NormalisedEvents output) => output.AddUnknown();
}
