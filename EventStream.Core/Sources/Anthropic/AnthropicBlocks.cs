using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.Anthropic;

/// <summary>The blocks of a message: texts, thinking, uses of tools and their results. They have no ids but their index.</summary>
internal static class AnthropicBlocks
{
    public static void Start(ProviderEvent current)
    {
        if (current.Take("content_block") is not { } block)
        {
            current.AddUnknown();
            return;
        }
        var given = IdOf(current);
        Begin(current, block, given, isWhole: false, current.Body);
    }

    /// <summary>Tells a whole block.</summary>
    public static void Whole(ProviderEvent current, JsonElement json, int index)
    {
        if (json.ValueKind != JsonValueKind.Object || !NativeBody.IsPlain(json))
        {
            current.AddUnknown(json);
            return;
        }
        var given = $"{current.Place}.{index}";
        Begin(current, new NativeBody(json), given, isWhole: true, rest: null);
        End(current, given, null);
    }

    public static void Delta(ProviderEvent current)
    {
        var delta = current.Take("delta");
        var given = IdOf(current);
        switch (delta?.MemberText("type"))
        {
            case "text_delta" when delta.Take(JsonValueKind.String, "text") is { } text:
                Add(current, ProviderTexts.Delta(current, given, text), delta, "text_delta");
                break;
            case "thinking_delta" when delta.Take(JsonValueKind.String, "thinking") is { } thinking:
                Add(current, ProviderTexts.ThoughtDelta(current, given, thinking), delta, "thinking_delta");
                break;
            // It proves to the provider what the model thought.
            case "signature_delta":
                Add(current, ProviderTexts.ThoughtDelta(current, given, delta: null), delta, "signature_delta");
                break;
            case "input_json_delta" when delta.Member("partial_json") is { ValueKind: JsonValueKind.String } json && ProviderTools.At(current, given) is { } call:
                delta.Drop("partial_json");
                Add(current, ProviderTools.ArgsDelta(current, ToolCallIds.Of(call), json), delta, "input_json_delta");
                break;
            default:
                Unknown(current);
                break;
        }
    }

    public static void Stop(ProviderEvent current)
    {
        var given = IdOf(current);
        if (!End(current, given, current.Body) && !ProviderRuns.IsOpen(current)) Unknown(current);
    }

    /// <summary>Whether a block is the result of a tool.</summary>
    public static bool IsResult(string type) => type.EndsWith("tool_result", StringComparison.Ordinal);

    /// <summary>The result of a tool that the provider, or the caller, has run.</summary>
    public static void Result(ProviderEvent current, NativeBody block, NativeBody? rest)
    {
        var id = block.TakeId("tool_use_id");
        var content = block.Take("content");
        var type = JsonText.MemberText(content ?? default, "type");
        var isError = block.Member("is_error") is { ValueKind: JsonValueKind.True };
        var error = type?.EndsWith("_error", StringComparison.Ordinal) is true ? ProviderTools.ErrorOf(content) : isError ? TextOf(content) ?? "failed" : null;
        block.DropCarried("tool_result", "type");
        if (block.Member("is_error") is { ValueKind: JsonValueKind.True or JsonValueKind.False }) block.Drop("is_error");
        current.Add(ProviderTools.Result(current, id, block.TakeName("name"), content, error), block, rest == block ? null : rest);
    }

    private static void Begin(ProviderEvent current, NativeBody block, string given, bool isWhole, NativeBody? rest)
    {
        var type = block.MemberText("type") ?? "";
        switch (type)
        {
            case "text" when block.Member("text") is { ValueKind: JsonValueKind.String } text:
                block.Drop("type", "text");
                if (JsonText.Text(text) is "") ProviderTexts.Start(current, given, role: null, block, rest);
                else current.Add(ProviderTexts.Delta(current, given, text), block, rest);
                break;
            case "thinking":
                block.Drop("type");
                current.Add(ProviderTexts.ThoughtDelta(current, given, block.Take(JsonValueKind.String, "thinking")), block, rest);
                break;
            case "redacted_thinking":
                current.Add(ProviderTexts.ThoughtDelta(current, given, delta: null).Text("kind", type), block, rest);
                break;
            case "tool_use" or "server_tool_use" or "mcp_tool_use":
                Use(current, block, type, given, isWhole, rest);
                break;
            default:
                if (IsResult(type)) Result(current, block, rest);
                else if (rest is null) current.AddUnknown(block.Json);
                else Unknown(current);
                break;
        }
    }

    private static void Use(ProviderEvent current, NativeBody block, string type, string given, bool isWhole, NativeBody? rest)
    {
        var input = block.Take("input");
        // Where the input is streamed, it is empty at first.
        var isBegun = !isWhole && (input is null or { ValueKind: JsonValueKind.Null } || (input is { ValueKind: JsonValueKind.Object } members && members.GetPropertyCount() == 0));
        ProviderTools.Start(current, block.TakeId("id"), block.TakeName("name") ?? "unknown", given, isBegun ? null : input ?? EventJson.NoMembers, isProviders: type != "tool_use", out var start);
        block.DropCarried("tool_use", "type");
        current.Add(start, block, rest);
    }

    /// <returns>Whether something was open.</returns>
    private static bool End(ProviderEvent current, string given, NativeBody? rest)
    {
        var isThought = ProviderTexts.HasOpenThought(current, given);
        if (isThought || ProviderTexts.IsOpen(current, given)) current.Add(ProviderTexts.End(current, given, isThought, text: null)!, rest);
        else if (ProviderTools.At(current, given) is { HasAllArgs: false } call) ProviderTools.EndArgs(current, ToolCallIds.Of(call), args: null, rest);
        else return false;
        return true;
    }

    private static string? TextOf(JsonElement? content)
    {
        if (content is { ValueKind: JsonValueKind.Array } blocks) return blocks.EnumerateArray().Select(block => JsonText.MemberText(block, "text")).FirstOrDefault(text => text is { Length: > 0 });
        return JsonText.ScalarText(content);
    }

    private static void Add(ProviderEvent current, PayloadWriter payload, NativeBody delta, string type)
    {
        delta.DropCarried(type, "type");
        current.Add(payload, delta, current.Body);
    }

    private static void Unknown(ProviderEvent current) => current.AddUnknown();

    private static string IdOf(ProviderEvent current) => $"{current.Place}.{JsonText.FirstScalar(current.Body.Json, "index") ?? "0"}";
}
