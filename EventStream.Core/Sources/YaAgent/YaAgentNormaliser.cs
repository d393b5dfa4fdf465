using System.Text.Json;

namespace EventStream.Sources.YaAgent;

internal sealed class YaAgentNormaliser : ISourceNormaliser
{
    public string Name => "ya-agent";

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context) => [new NativeEvent { Source = this, Type = "unknown", Body = frame }];

    public void Normalise(NativeEvent native, NormalisedEvents output) => output.AddUnknown();
}
