using System.Collections.Frozen;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Api.Streaming;

/// <summary>An envelope under another name than the canonical one.</summary>
internal static class RenamedEnvelope
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = EventLimits.MaxJsonDepth };

    private static readonly FrozenDictionary<string, string> ReverbNames = new Dictionary<string, string>
    {
        ["agent_status"] = "agent.status",
        ["agent_step_started"] = "agent.step.started",
        ["agent_step_completed"] = "agent.step.completed",
        ["tool_call_started"] = "agent.tool.started",
        ["tool_call_result"] = "agent.tool.completed",
        ["agent_message_delta"] = "agent.stream.chunk",
        ["agent_continuation"] = "agent.continuation",
    }.ToFrozenDictionary();

    /// <summary>Writes the envelope of a frame under the name that a dialect has for it.</summary>
    /// <returns>The name and the envelope; null when the event keeps its canonical name.</returns>
    public static (string Name, byte[] Json)? Of(Frame frame, Dialect dialect)
    {
        // The server's own frames keep their names, and a block without an event has none.
        if (frame.Role == EventRole.Control || frame.Type.Length == 0) return null;
        var envelope = frame.Json.Span;
        var (start, end, sourceType) = Find(envelope);
        var name = dialect == Dialect.Native ? sourceType : ReverbNames.GetValueOrDefault(frame.Type);
        if (end == 0 || name is null || name == frame.Type || !IsEventName(name)) return null;

        var quoted = JsonEncodedText.Encode(name, EventJson.WriterOptions.Encoder);
        return (name, [.. envelope[..start], (byte)'"', .. quoted.EncodedUtf8Bytes, (byte)'"', .. envelope[end..]]);
    }

    /// <summary>Whether a name may stand in an <c>event:</c> line: one line of text; not what EventSource says itself, nor what clients take for the server's own frames.</summary>
    public static bool IsEventName(string name) =>
        name is not ("" or "open" or "error" or "message") && !name.Any(char.IsControl) && EventCatalogue.RoleOf(name) != EventRole.Control;

    /// <summary>Where the value of <c>type</c> stands, quotes included, and what <c>source_type</c> says.</summary>
    private static (int Start, int End, string? SourceType) Find(ReadOnlySpan<byte> envelope)
    {
        var (start, end) = (0, 0);
        string? sourceType = null;
        try
        {
            var reader = new Utf8JsonReader(envelope, Options);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals("type"u8);
                var isSourceType = reader.ValueTextEquals("source_type"u8);
                reader.Read();
                if (isType) (start, end) = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
                if (isSourceType && reader.TokenType == JsonTokenType.String) sourceType = reader.GetString();
                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Somebody wrote escapes that are no text; the event keeps its name.
            return default;
        }
        return (start, end, sourceType);
    }
}
