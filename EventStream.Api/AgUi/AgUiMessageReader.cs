using System.Text.Json;
using EventStream.Api.Agents.Posting;
using EventStream.Dialects.AgUi;
using EventStream.Events;

namespace EventStream.Api.AgUi;

/// <summary>Reads the messages that clients of AG-UI post.</summary>
internal static class AgUiMessageReader
{
    private static readonly string[] Roles = ["user", "assistant", "system", "developer", "tool", "reasoning", "activity"];

    /// <exception cref="EventRejectedException">Names the member and the rule.</exception>
    public static (PostedMessage Posted, AgUiPostedMessage Held) Read(AgUiMember message)
    {
        var (id, role) = (message.Text("id"), message.Text("role"));
        if (!Roles.Contains(role)) throw new EventRejectedException($"{message.Pointer}/role", $"is '{EventRejectedException.Shown(role)}'; it is {string.Join(", ", Roles.SkipLast(1))} or {Roles[^1]}.");
        var content = message.Member("content");
        var isRich = content is { ValueKind: JsonValueKind.Array };
        var parts = isRich ? content : role == "assistant" ? message.Member("toolCalls") : null;
        var posted = new PostedMessage(message.Pointer, id, role, TextOf(message, role, content))
        {
            ToolCallId = role == "tool" ? message.Text("toolCallId") : null,
            Parts = parts,
        };
        return (posted, new AgUiPostedMessage(id, message.WithoutNulls(), isRich));
    }

    private static string TextOf(AgUiMember message, string role, JsonElement? content)
    {
        var text = content switch
        {
            { ValueKind: JsonValueKind.String } said => JsonText.Text(said),
            { ValueKind: JsonValueKind.Array } parts => string.Join('\n', parts.EnumerateArray().Select(part => JsonText.MemberText(part, "text")).OfType<string>()),
            null when role == "assistant" => "",
            { ValueKind: JsonValueKind.Object } when role == "activity" => "",
            _ => null,
        };
        if (text is null) throw new EventRejectedException($"{message.Pointer}/content", content is null ? "must be given: a text, or a list of parts." : "must be a text, or a list of parts.");
        return Wtf8.IndexOfHalf(text) < 0 ? text : throw new EventRejectedException($"{message.Pointer}/content", "holds half a surrogate pair.");
    }
}
