using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.OpenAi;

/// <summary>The reasoning of a response: each part of a summary, and each text, is a thought.</summary>
internal static class ResponseThoughts
{
    public static void PartAdded(ProviderEvent current)
    {
        if (Part(current) is not { } part) current.AddUnknown();
        else current.Add(ProviderTexts.ThoughtDelta(current, TakeId(current), part.Take("text")), part, current.Body);
    }

    public static void Delta(ProviderEvent current)
    {
        if (current.Body.Take(JsonValueKind.String, "delta") is not { } delta) current.AddUnknown();
        else current.Add(ProviderTexts.ThoughtDelta(current, TakeId(current), delta), current.Body);
    }

    public static void Done(ProviderEvent current)
    {
        if (current.Body.Take(JsonValueKind.String, "text") is { } text) End(current, TakeId(current), text, current.Body);
        else if (Part(current) is { } part) End(current, TakeId(current), part.Take("text"), part, current.Body);
        else current.AddUnknown();
    }

    /// <summary>Tells an item whose texts weren't told; one that holds more comes whole too.</summary>
    public static void Whole(ProviderEvent current, NativeBody item, NativeBody? rest, string part)
    {
        var itemId = JsonText.Id(item.Member("id")) ?? part;
        var texts = Texts(item, "summary", isText: false).Concat(Texts(item, "content", isText: true)).ToList();
        var isToldWhole = texts.Count > 0 && item.Remaining().All(member => member.Name is "id" or "type" or "status" or "summary" or "content" || member.Value.ValueKind == JsonValueKind.Null)
            && Items(item, "summary").Concat(Items(item, "content")).Count() == texts.Count;
        if (!isToldWhole)
        {
            if (rest is null) current.AddUnknown(item.Json);
            else current.AddUnknown();
        }
        item.Drop("summary", "content");
        item.TakeId("id");
        item.DropCarried("reasoning", "type");
        foreach (var (text, index, isText) in texts) End(current, IdOf(itemId, index, isText), text.Take("text"), isToldWhole ? [text, item, rest] : [text]);
    }

    private static void End(ProviderEvent current, string id, JsonElement? text, params ReadOnlySpan<NativeBody?> rest)
    {
        if (ProviderTexts.End(current, id, isThought: true, text) is { } end) current.Add(end, rest);
    }

    private static IEnumerable<(NativeBody Text, int Index, bool IsText)> Texts(NativeBody item, string member, bool isText) =>
        Items(item, member).Index().Where(pair => NativeBody.IsPlain(pair.Item) && JsonText.MemberText(pair.Item, "text") is not null).Select(pair => (new NativeBody(pair.Item), pair.Index, isText));

    private static JsonElement.ArrayEnumerator Items(NativeBody item, string member) => item.Member(member) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : default;

    private static NativeBody? Part(ProviderEvent current) =>
        current.Body.Member("part") is { } part && JsonText.MemberText(part, "text") is not null ? current.Take("part") : null;

    private static string TakeId(ProviderEvent current)
    {
        var isText = current.Native.Type.StartsWith("response.reasoning_text", StringComparison.Ordinal);
        var index = current.Body.Member(isText ? "content_index" : "summary_index") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;
        return IdOf(ResponseTexts.ItemId(current.Body, isWhole: index == 0 && !isText) ?? $"{current.Place}/{JsonText.FirstScalar(current.Body.Json, "output_index")}", index, isText);
    }

    private static string IdOf(string itemId, int index, bool isText) => $"{itemId}{(isText ? ".text" : "")}{(index == 0 ? "" : $".{index}")}";
}
