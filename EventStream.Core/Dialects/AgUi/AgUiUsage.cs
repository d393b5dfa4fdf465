using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects.AgUi;

/// <summary>What a run used up, in the words of AG-UI.</summary>
internal static class AgUiUsage
{
    private static readonly (string Name, string[] Sources)[] Counts =
    [
        ("inputTokens", ["input_tokens", "prompt_tokens", "inputTokens"]),
        ("outputTokens", ["output_tokens", "completion_tokens", "outputTokens"]),
        ("totalTokens", ["total_tokens", "totalTokens"]),
        ("reasoningTokens", ["reasoning_tokens", "reasoningTokens"]),
        ("cachedInputTokens", ["cached_input_tokens", "cache_read_input_tokens", "cachedInputTokens"]),
        ("cacheWriteInputTokens", ["cache_creation_input_tokens", "cache_write_input_tokens", "cacheWriteInputTokens"]),
    ];

    /// <summary>The array with it; null when it says nothing that AG-UI has a word for.</summary>
    public static byte[]? ToJson(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object) return null;
        var json = new PayloadWriter().BeginNative().Text("provider", JsonText.MemberText(usage, "provider")).Text("model", JsonText.MemberText(usage, "model"));
        var isKnown = false;
        foreach (var (name, sources) in Counts)
        {
            if (sources.Select(source => Count(usage, source)).FirstOrDefault(count => count is not null) is not { } count) continue;
            json.Number(name, count);
            isKnown = true;
        }
        return isKnown ? [.. "["u8, .. json.Finish().Utf8.Span, .. "]"u8] : null;
    }

    // A client takes no number that isn't exact as a double.
    private static long? Count(JsonElement usage, string name) =>
        JsonText.Member(usage, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var count) && count is >= 0 and <= 9_007_199_254_740_991 ? count : null;
}
