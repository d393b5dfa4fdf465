using System.Collections.Frozen;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sources.AgUi;

namespace EventStream.Sources.Auto;

/// <summary>Recognises the vocabularies by the members of their envelopes, then by their names.</summary>
internal static class SourceDetection
{
    private static readonly string[] Containers = ["job", "run", "step", "message", "nodeState", "node_state"];

    private static readonly FrozenSet<string> ConsoleTypes = FrozenSet.Create(StringComparer.Ordinal,
        "delta", "reasoning_delta", "reasoning_end", "tool_call", "tool_result", "error", "notification", "end");

    /// <summary>The name of the source; null when no shape fits.</summary>
    public static string? SourceOf(JsonElement frame, IngestContext context)
    {
        var type = JsonText.MemberText(frame, "type");
        // RAW wraps an event, as other vocabularies do.
        return (type != "CUSTOM" && AgUiNormaliser.Knows(type) ? AgUiNormaliser.Named : null) ?? OfWrapped(frame) ?? OfProvider(frame, type, context) ?? OfTyped(frame, type, context) ?? OfEventType(frame)
            ?? (Has(frame, "eventId") && Has(frame, "createdAt") && JsonText.Member(frame, "payload") is { } payload && JsonText.MemberText(payload, "type") is not null ? "argos" : null)
            ?? (JsonText.MemberText(frame, "phase") is not null || (Has(frame, "historyLength") && Has(frame, "agent")) ? "eddie" : null)
            ?? (type is not null && ConsoleTypes.Contains(type) && !Has(frame, "session_id") ? "eddie" : null)
            ?? OfClass(JsonText.MemberText(frame, "class") ?? context.Class)
            ?? (Has(frame, "logLevel") && Has(frame, "data") ? "cognesy" : null)
            ?? (JsonText.MemberText(frame, "event_kind") is not null ? "ya-agent" : null)
            ?? (Has(frame, "error") && type is null ? "argos" : null)
            ?? (type == "CUSTOM" && JsonText.MemberText(frame, "name") is { } name && name.StartsWith("ya_", StringComparison.Ordinal) ? "ya-agent" : null)
            ?? (AgUiNormaliser.Knows(type) ? AgUiNormaliser.Named : null);
    }

    // WebSocket clients receive {event, data}: the PHP bridge's data has session_id, Eddie's sessionId. LangGraph's events have the same shape; their names begin with on_.
    private static string? OfWrapped(JsonElement frame)
    {
        if (JsonText.Member(frame, "event") is not { } wrapped) return null;
        if (wrapped.ValueKind == JsonValueKind.Object) return "ya-agent";
        if (wrapped.ValueKind != JsonValueKind.String || JsonText.Member(frame, "data") is not { } data) return null;
        if (JsonText.Text(wrapped) is { } name && name.StartsWith("on_", StringComparison.Ordinal)) return "argos";
        var isBridge = data.ValueKind == JsonValueKind.String && JsonText.Text(data) is { } text ? text.StartsWith('{') && text.Contains("\"session_id\"", StringComparison.Ordinal) : Has(data, "session_id");
        return isBridge || JsonText.MemberText(frame, "channel") is not null ? "cognesy" : "eddie";
    }

    // Of errors, marks and signs of life only what came before them in the body tells whose they are.
    private static string? OfProvider(JsonElement frame, string? type, IngestContext context)
    {
        if (context.Stream is { } stream && (type is "error" or "ping" or StreamMarks.Done or StreamMarks.Cut or StreamMarks.Over || (type is null && Has(frame, "error")))) return stream.Source;
        if (Has(frame, "payload")) return null;
        if (type is null && Has(frame, "role"))
        {
            if (Has(frame, "tool_call_id")) return "openai";
            return JsonText.Member(frame, "content") is { ValueKind: JsonValueKind.Array } blocks && blocks.EnumerateArray().Any(block => JsonText.MemberText(block, "type") == "tool_result") ? "anthropic" : null;
        }
        if (type is null) return JsonText.MemberText(frame, "object") is "chat.completion" or "chat.completion.chunk" or "response" || JsonText.Member(frame, "choices") is { ValueKind: JsonValueKind.Array } ? "openai" : null;
        var isItem = Has(frame, "call_id") ? type.EndsWith("_call", StringComparison.Ordinal) || type.EndsWith("_output", StringComparison.Ordinal) : type.EndsWith("_call_output", StringComparison.Ordinal) && Has(frame, "output");
        if (isItem || type.StartsWith("response.", StringComparison.Ordinal)) return "openai";
        return type switch
        {
            StreamMarks.Done => "openai",
            "content_block_start" or "content_block_delta" or "content_block_stop" or "message_stop" => "anthropic",
            "message_start" when JsonText.Member(frame, "message") is { ValueKind: JsonValueKind.Object } message && Has(message, "role") => "anthropic",
            "message_delta" when JsonText.Member(frame, "delta") is { ValueKind: JsonValueKind.Object } => "anthropic",
            "message" when Has(frame, "role") && JsonText.Member(frame, "content") is { ValueKind: JsonValueKind.Array } => "anthropic",
            "tool_result" when Has(frame, "tool_use_id") => "anthropic",
            "mcp_approval_response" => "openai",
            "error" when JsonText.Member(frame, "error") is { ValueKind: JsonValueKind.Object } error && Has(error, "message") => "anthropic",
            _ => null,
        };
    }

    private static string? OfTyped(JsonElement frame, string? type, IngestContext context)
    {
        if (type is null) return null;
        if (JsonText.Member(frame, "payload") is { ValueKind: JsonValueKind.Object } payload
            && (Has(frame, "session_id") || Has(payload, "session_id") || (context.SessionId is not null && !ConsoleTypes.Contains(type)))) return type.Contains('.') ? "cognesy" : "adk";
        var isDotted = type.Contains('.');
        if (Containers.Any(name => Has(frame, name) && (isDotted || JsonText.Member(frame, name) is { ValueKind: JsonValueKind.Object }))) return "argos";
        return isDotted && Has(frame, "session_id") ? "cognesy" : null;
    }

    private static string? OfEventType(JsonElement frame)
    {
        if ((JsonText.MemberText(frame, "event_type") ?? JsonText.MemberText(frame, "eventType")) is not { } type) return null;
        if (JsonText.Member(frame, "payload") is { ValueKind: JsonValueKind.Object } || !type.Contains('.')) return "ya-agent";
        // The PHP bridge's first format was flat as well, but had a session.
        return Has(frame, "session_id") && type.Split('.')[0] is "execution" or "step" or "tool" ? "cognesy" : "argos";
    }

    private static string? OfClass(string? name)
    {
        if (name is null) return null;
        if (name.StartsWith("Chat", StringComparison.Ordinal)) return "eddie";
        return name.EndsWith("Event", StringComparison.Ordinal) || name.StartsWith("Pipeline", StringComparison.Ordinal) || name == "UsageSnapshot" ? "ya-agent" : "cognesy";
    }

    private static bool Has(JsonElement json, string name) => JsonText.Member(json, name) is { ValueKind: not JsonValueKind.Null };
}
