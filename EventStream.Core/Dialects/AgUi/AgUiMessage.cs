using System.Text;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Dialects.AgUi;

/// <summary>A message as AG-UI's clients keep it.</summary>
internal sealed class AgUiMessage
{
    public required AgUiKind Kind { get; init; }

    /// <summary>The id that clients know it by.</summary>
    public required string Id { get; init; }

    /// <summary>The id in canonical events.</summary>
    public required string Key { get; init; }

    public string Role { get; init; } = "assistant";

    /// <summary>The tool, in a call; the kind of activity.</summary>
    public string ToolName { get; set; } = "";

    /// <summary>The call that a result answers.</summary>
    public string ToolCallId { get; init; } = "";

    /// <summary>The run of the subagent that began it; null for the agent itself.</summary>
    public string? BegunBy { get; init; }

    /// <summary>What an activity shows: an object.</summary>
    public SharedState? State { get; set; }

    /// <summary>How many characters it holds.</summary>
    public long Length => Key.Length + Id.Length + ToolName.Length + Text.Length + (State?.Bytes ?? 0) / sizeof(char);

    /// <summary>The text; in a call, the text of its arguments.</summary>
    public StringBuilder Text { get; } = new();

    /// <summary>Whether its start was told and its end wasn't.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether it ended at least once.</summary>
    public bool HasEnded { get; set; }

    /// <summary>The subagent that it is open for; null for the agent itself.</summary>
    public string? Owner { get; set; }

    /// <summary>The message as JSON, the way a client keeps it.</summary>
    public ReadOnlyMemory<byte> ToJson(PayloadWriter json)
    {
        json.BeginNative().Text("id", Id);
        switch (Kind)
        {
            case AgUiKind.Text: json.Text("role", Role).Text("content", $"{Text}"); break;
            case AgUiKind.Reasoning: json.Text("role", "reasoning").Text("content", $"{Text}"); break;
            case AgUiKind.Result: json.Text("toolCallId", ToolCallId).Text("role", "tool").Text("content", $"{Text}"); break;
            case AgUiKind.Activity: json.Text("role", "activity").Text("activityType", ToolName).Raw("content", State?.ToJson() is ['{', ..] content ? Encoding.UTF8.GetBytes(content) : "{}"u8); break;
            default:
                var function = new PayloadWriter().BeginNative().Text("name", ToolName).Text("arguments", $"{Text}").Finish();
                var call = new PayloadWriter().BeginNative().Text("id", Id).Text("type", "function").Object("function", function).Finish();
                json.Text("role", "assistant").Raw("toolCalls", [.. "["u8, .. call.Utf8.Span, .. "]"u8]);
                break;
        }
        return json.Text("subagentRunId", BegunBy).Finish().Utf8;
    }
}
