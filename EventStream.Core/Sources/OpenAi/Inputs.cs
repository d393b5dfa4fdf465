using System.Text.Json;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.OpenAi;

/// <summary>Messages and items that a caller sends to the model: results of tools, and what the user says.</summary>
internal static class Inputs
{
    public static void Item(ProviderEvent current)
    {
        var item = new NativeBody(current.Body.Json);
        ResponseItems.Tell(current, item, rest: null, $"{current.Place}/input");
    }

    /// <summary>A message of a conversation, whole.</summary>
    public static void Message(ProviderEvent current)
    {
        var body = current.Body;
        var role = body.MemberText("role");
        if (role is null || body.Member("content") is not { ValueKind: JsonValueKind.String } content) ToldByItsParts(current, role);
        else if (role == "tool")
        {
            body.Drop("content");
            current.Add(ProviderTools.Result(current, body.TakeId("tool_call_id"), body.TakeName("name"), content, error: null), body);
        }
        else Created(current, role, content, body);
    }

    /// <summary>Writes a message that the model was told, or had said before.</summary>
    public static void Created(ProviderEvent current, string role, JsonElement content, NativeBody body)
    {
        body.Drop("role", "content");
        var id = body.TakeId("id") ?? current.Output.NewMessageId();
        current.Add(current.Write("message_created").Text("message_id", id).Text("role", role).Json("content", content), body);
    }

    private static void ToldByItsParts(ProviderEvent current, string? role)
    {
        if (role == "assistant" && current.Body.Member("content") is { ValueKind: JsonValueKind.Array }) ResponseItems.Tell(current, new NativeBody(current.Body.Json), rest: null, current.Output.NewMessageId());
        else current.AddUnknown();
    }
}
