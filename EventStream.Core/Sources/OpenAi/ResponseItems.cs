using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.OpenAi;

/// <summary>The items of a response's output: messages, reasoning, tool calls.</summary>
internal static class ResponseItems
{
    /// <summary>Whether a type is that of an item about a tool call.</summary>
    public static bool IsItem(string type) => !type.Contains('.') && (IsCall(type) || IsOutput(type));

    public static void Added(ProviderEvent current)
    {
        var (item, type) = Take(current);
        if (item is null || !IsCall(type)) AddUnlessMessage(current, item, type);
        else ResponseTools.Start(current, item, type, PartOf(current, item));
    }

    public static void Done(ProviderEvent current)
    {
        var (item, type) = Take(current);
        if (item is null) current.AddUnknown();
        else Tell(current, item, current.Body, PartOf(current, item));
    }

    /// <summary>Tells what of a whole item wasn't told in pieces.</summary>
    public static void Tell(ProviderEvent current, NativeBody item, NativeBody? rest, string part)
    {
        var type = item.MemberText("type") ?? "";
        if (type == "message" && item.Member("content") is { ValueKind: JsonValueKind.Array or JsonValueKind.String }) ResponseTexts.Whole(current, item, rest, part);
        else if (type == "reasoning") ResponseThoughts.Whole(current, item, rest, part);
        else if (IsOutput(type)) ResponseTools.Output(current, item, rest);
        else if (IsCall(type)) ResponseTools.Whole(current, item, type, rest, part);
        else if (rest is null) current.AddUnknown(item.Json);
        else current.AddUnknown();
    }

    // A message begins with its first part.
    private static void AddUnlessMessage(ProviderEvent current, NativeBody? item, string type)
    {
        if (item is null || type != "message" || !IsEmpty(item.Member("content")))
        {
            current.AddUnknown();
            return;
        }
        item.Drop("content");
        var id = item.TakeId("id") ?? PartOf(current, item);
        item.DropCarried(type, "type");
        ResponseTexts.Begin(current, id, item);
    }

    private static (NativeBody? Item, string Type) Take(ProviderEvent current)
    {
        var item = current.Take("item");
        return (item, item?.MemberText("type") ?? "");
    }

    private static bool IsEmpty(JsonElement? content) => content is null or { ValueKind: JsonValueKind.Null } || (content is { ValueKind: JsonValueKind.Array } parts && parts.GetArrayLength() == 0);

    // Later events name an item by its id and by its place.
    private static string PartOf(ProviderEvent current, NativeBody item) =>
        JsonText.FirstScalar(item.Json, "id") ?? $"{current.Place}/{JsonText.FirstScalar(current.Body.Json, "output_index")}";

    private static bool IsCall(string type) => type.EndsWith("_call", StringComparison.Ordinal) || type is "mcp_list_tools" or "program";

    private static bool IsOutput(string type) => type.EndsWith("_output", StringComparison.Ordinal);
}
