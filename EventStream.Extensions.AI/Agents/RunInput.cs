using System.Text.Json;
using Microsoft.Extensions.AI;

namespace EventStream.Extensions.AI.Agents;

/// <summary>What a run was asked for, as messages to an agent.</summary>
internal static class RunInput
{
    private static readonly string[] Texts = ["message", "prompt", "question", "text", "content", "input"];

    /// <exception cref="InvalidDataException">It is no text and holds no messages.</exception>
    public static List<ChatMessage> Read(JsonElement? input) => input switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => [],
        { ValueKind: JsonValueKind.String } text => [User(text.GetString()!)],
        { ValueKind: JsonValueKind.Array } messages => [.. messages.EnumerateArray().Select(Message)],
        { ValueKind: JsonValueKind.Object } members => Read(members),
        { } other => [User(other.GetRawText())],
    };

    private static List<ChatMessage> Read(JsonElement members)
    {
        if (members.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Array) return [.. messages.EnumerateArray().Select(Message)];
        if (members.TryGetProperty("role", out _)) return [Message(members)];
        foreach (var name in Texts)
        {
            if (members.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String) return [User(text.GetString()!)];
        }
        // An agent that takes other input reads it as text.
        return [User(members.GetRawText())];
    }

    private static ChatMessage Message(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String) return User(json.GetString()!);
        if (json.ValueKind != JsonValueKind.Object) throw Wrong("a message must be a text, or an object with 'role' and 'content'");
        var role = json.TryGetProperty("role", out var named) ? named.ValueKind == JsonValueKind.String ? named.GetString() : "" : "user";
        // Whoever asks for a run gives no orders in the agent's name, and answers for no tool.
        if (role is not ("user" or "assistant")) throw Wrong($"the role of a message must be 'user' or 'assistant', and '{role}' is not");
        return new ChatMessage(new ChatRole(role), TextOf(json));
    }

    private static string TextOf(JsonElement message)
    {
        foreach (var name in (string[])["content", "contents", "parts", "text"])
        {
            if (!message.TryGetProperty(name, out var content)) continue;
            if (content.ValueKind == JsonValueKind.String) return content.GetString()!;
            if (content.ValueKind == JsonValueKind.Array) return string.Concat(content.EnumerateArray().Select(PartOf));
        }
        throw Wrong("a message must have a 'content': a text, or a list of parts with a 'text'");
    }

    private static string PartOf(JsonElement part) => part switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Object } when part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String => text.GetString()!,
        _ => "",
    };

    private static ChatMessage User(string text) => new(ChatRole.User, text);

    private static InvalidDataException Wrong(string rule) => new($"The run's input can't be read: {rule}.");
}
