using System.Text.Json;

namespace EventStream.Sources.Cognesy;

internal sealed class CognesyNormaliser : ISourceNormaliser
{
    public string Name => "cognesy";

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context) => [new NativeEvent { Source = this, Type = "unknown", Body = frame }];

    public void Normalise(NativeEvent native, NormalisedEvents output) => output.AddUnknown();
}
