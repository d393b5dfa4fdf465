using System.Text;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources;

/// <summary>Names, arguments and results of tool calls, in all vocabularies.</summary>
internal static class ToolMembers
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = EventLimits.MaxPayloadDepth - 2 };

    /// <summary>The native name of a tool.</summary>
    public static string TakeToolName(this NativeBody body) => body.TakeName("tool_name", "tool", "name", "toolName", "toolCallName", "tool_call_name") ?? "unknown";

    /// <summary>An id for a tool call that has none, made from where it happens.</summary>
    public static string NewToolCallId(this NormalisedEvents output, string toolName) => $"{output.ToolCallIdPrefix(toolName)}{output.State.Head.Offset + 1}";

    /// <summary>Whether an id was made by <see cref="NewToolCallId"/>, here.</summary>
    public static bool IsNewToolCallId(this NormalisedEvents output, string id, string toolName) => id.StartsWith(output.ToolCallIdPrefix(toolName), StringComparison.Ordinal);

    private static string ToolCallIdPrefix(this NormalisedEvents output, string toolName) => $"call_{output.Place()}_{Short(toolName)}_";

    /// <summary>An id for a message that has none, made from where it happens.</summary>
    public static string NewMessageId(this NormalisedEvents output) => $"{output.MessageIdPrefix()}{output.State.Head.Offset + 1}";

    /// <summary>Whether an id was made by <see cref="NewMessageId"/>, here.</summary>
    public static bool IsNewMessageId(this NormalisedEvents output, string id) => id.StartsWith(output.MessageIdPrefix(), StringComparison.Ordinal);

    private static string MessageIdPrefix(this NormalisedEvents output) => $"msg_{output.Place()}_";

    /// <summary>Writes <c>args</c>, always an object. Arguments that are no object stand beside it as <c>args_raw</c>.</summary>
    public static PayloadWriter Args(this PayloadWriter payload, JsonElement? native)
    {
        if (native is not { ValueKind: not JsonValueKind.Null } args) return payload.Json("args", EventJson.NoMembers);
        if (args.ValueKind == JsonValueKind.Object) return payload.Json("args", args);
        if (args.ValueKind == JsonValueKind.String && TryParse(args, JsonValueKind.Object) is { } parsed) return payload.Json("args", parsed);
        payload.Json("args", EventJson.NoMembers).Json("args_raw", args);
        return JsonText.Text(args) is { } text && text.EndsWith('…') ? payload.Flag("args_truncated", true) : payload;
    }

    /// <summary>Whether a text holds all arguments: an object.</summary>
    public static bool IsWhole(JsonElement text) => TryParse(text, JsonValueKind.Object) is not null;

    /// <summary>The arguments as the session's state knows them.</summary>
    public static ToolValue ArgsOf(JsonElement? native)
    {
        if (native is not { ValueKind: not JsonValueKind.Null } args) return ToolValue.None;
        return ToolValue.Of(args.ValueKind == JsonValueKind.String && TryParse(args, JsonValueKind.Object) is { } parsed ? parsed : args);
    }

    /// <summary>Writes <c>result</c>. A text that holds a JSON object or array becomes that value; no result becomes null.</summary>
    public static PayloadWriter Result(this PayloadWriter payload, JsonElement? native)
    {
        return ResultOf(native) is { } result ? payload.Json("result", result) : payload.Null("result");
    }

    /// <summary>The outcome as the session's state will know it.</summary>
    public static ToolValue OutcomeOf(JsonElement? native, bool isFailure) => ToolValue.Outcome(ResultOf(native), isFailure);

    private static JsonElement? ResultOf(JsonElement? native) =>
        native is { } result ? TryParse(result, JsonValueKind.Object) ?? TryParse(result, JsonValueKind.Array) ?? result : null;

    /// <summary>Where something happens, in an id: the execution, else the run, else the session.</summary>
    private static string Place(this NormalisedEvents output) => Short(output.Native.ExecutionId ?? output.Native.RunId ?? output.SessionId);

    private static string Short(string text)
    {
        var plain = new StringBuilder(Math.Min(text.Length, 40));
        foreach (var letter in text.AsSpan(0, Math.Min(text.Length, 40))) plain.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? letter : '_');
        return plain.ToString();
    }

    private static JsonElement? TryParse(JsonElement text, JsonValueKind wanted)
    {
        if (text.ValueKind != JsonValueKind.String || !JsonText.TryWtf8(text, out var utf8)) return null;
        utf8 = utf8.Trim(" \t\r\n"u8);
        if (utf8.IsEmpty || utf8[0] != (wanted == JsonValueKind.Object ? (byte)'{' : (byte)'[')) return null;
        try
        {
            return JsonElement.Parse(CompactJson.From(utf8), Options);
        }
        catch (Exception e) when (e is JsonException or EventRejectedException)
        {
            return null;
        }
    }
}
