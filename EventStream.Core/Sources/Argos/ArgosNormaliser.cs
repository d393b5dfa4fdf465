using System.Text.Json;

namespace EventStream.Sources.Argos;

internal sealed class ArgosNormaliser : ISourceNormaliser
{
    public string Name => "argos";

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context) => [new NativeEvent { Source = this, Type = "unknown", Body = frame }];

    public void Normalise(NativeEvent native, NormalisedEvents output) => output.AddUnknown();
}
