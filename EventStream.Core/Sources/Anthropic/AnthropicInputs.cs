using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.Anthropic;

/// <summary>Messages that a caller sends to the model.</summary>
internal static class AnthropicInputs
{
    public static void Tell(ProviderEvent current, NativeBody message, string role, JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            Created(current, message.TakeId("id"), role, content, message);
            return;
        }
        // What is beside the content goes with its last block.
        var blocks = content.EnumerateArray().ToList();
        if (blocks.Count == 0) current.AddUnknown();
        foreach (var (index, block) in blocks.Index()) Block(current, block, role, index == blocks.Count - 1 ? message : null);
    }

    private static void Block(ProviderEvent current, JsonElement json, string role, NativeBody? rest)
    {
        var type = JsonText.MemberText(json, "type");
        if (!NativeBody.IsPlain(json)) Unknown(current, json, role, rest);
        else if (type is not null && AnthropicBlocks.IsResult(type)) AnthropicBlocks.Result(current, new NativeBody(json), rest);
        else if (type == "text" && JsonText.Member(json, "text") is { ValueKind: JsonValueKind.String } text)
        {
            var block = new NativeBody(json);
            block.Drop("type", "text");
            Created(current, id: null, role, text, block, rest);
        }
        else Unknown(current, json, role, rest);
    }

    private static void Created(ProviderEvent current, string? id, string role, JsonElement content, params ReadOnlySpan<NativeBody?> rest)
    {
        foreach (var body in rest) body?.DropCarried(role, "role");
        current.Add(current.Write("message_created").Text("message_id", id ?? current.Output.NewMessageId()).Text("role", role).Json("content", content), rest);
    }

    private static void Unknown(ProviderEvent current, JsonElement json, string role, NativeBody? rest)
    {
        rest?.Drop("role");
        current.Add(current.Write("custom_event").Text("name", JsonText.FirstText(json, "type") ?? current.Native.Type).Json("value", json).Text("role", role), rest);
    }
}
