using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sources.Providers;

namespace EventStream.Sources.OpenAi;

/// <summary>OpenAI's streams, and those of servers that speak as it does: the events of the Responses API and chunks of chat completions.</summary>
internal sealed class OpenAiNormaliser : ISourceNormaliser
{
    public string Name => "openai";

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context)
    {
        var type = OpenAiNames.TypeOf(frame);
        var response = JsonText.Member(frame, "response") is { ValueKind: JsonValueKind.Object } wrapped ? wrapped : frame;
        var isResponse = OpenAiNames.IsResponse(type);
        return ProviderIds.Read(this, frame, type, isResponse ? JsonText.FirstScalar(response, "id") : JsonText.FirstScalar(frame, "response_id"), isResponse, OpenAiNames.IsInput(type), context);
    }

    public void Normalise(NativeEvent native, NormalisedEvents output) =>
        (OpenAiNames.Find(native.Type) ?? (unknown => unknown.AddUnknown()))(new ProviderEvent(native, output));
}
