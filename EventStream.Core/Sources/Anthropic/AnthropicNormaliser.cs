using System.Collections.Frozen;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sources.Providers;

namespace EventStream.Sources.Anthropic;

/// <summary>The events of Anthropic's Messages API, whole messages, and what its caller sends.</summary>
internal sealed class AnthropicNormaliser : ISourceNormaliser
{
    private static readonly FrozenDictionary<string, Action<ProviderEvent>> Handlers = new Dictionary<string, Action<ProviderEvent>>(StringComparer.Ordinal)
    {
        ["message_start"] = AnthropicMessages.Start,
        ["message_delta"] = AnthropicMessages.Delta,
        ["message_stop"] = AnthropicMessages.Stop,
        ["message"] = AnthropicMessages.Whole,
        ["error"] = AnthropicMessages.Error,
        ["content_block_start"] = AnthropicBlocks.Start,
        ["content_block_delta"] = AnthropicBlocks.Delta,
        ["content_block_stop"] = AnthropicBlocks.Stop,
        [StreamMarks.Done] = ProviderRuns.Ended,
        [StreamMarks.Cut] = ProviderRuns.Ended,
        [StreamMarks.Over] = ProviderRuns.Ended,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public string Name => "anthropic";

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context)
    {
        var type = JsonText.FirstText(frame, "type") ?? (JsonText.FirstText(frame, "role") is not null ? "message" : JsonText.Member(frame, "error") is null ? "unknown" : "error");
        // A sign of life.
        if (type == "ping" && frame.GetPropertyCount() == 1) return [];
        var isResponse = type == "message_start" || (type == "message" && JsonText.MemberText(frame, "role") == "assistant");
        var message = type == "message_start" && JsonText.Member(frame, "message") is { } wrapped ? wrapped : frame;
        return ProviderIds.Read(this, frame, type, isResponse ? JsonText.FirstScalar(message, "id") : null, isResponse, isInput: !isResponse && (type == "message" || AnthropicBlocks.IsResult(type)), context);
    }

    public void Normalise(NativeEvent native, NormalisedEvents output)
    {
        var current = new ProviderEvent(native, output);
        if (Handlers.TryGetValue(native.Type, out var handler)) handler(current);
        else if (AnthropicBlocks.IsResult(native.Type)) AnthropicBlocks.Result(current, current.Body, null);
        else current.AddUnknown();
    }
}
