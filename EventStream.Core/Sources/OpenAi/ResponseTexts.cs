using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.OpenAi;

/// <summary>The texts of messages in a response. Each part of a message is a message of its own; most have one.</summary>
internal static class ResponseTexts
{
    /// <summary>Begins the first part of a message.</summary>
    public static void Begin(ProviderEvent current, string itemId, NativeBody item) =>
        ProviderTexts.Start(current, IdOf(itemId, 0), item.TakeName("role"), item, current.Body);

    public static void PartAdded(ProviderEvent current)
    {
        if (Kind(current.Body, "part") is null)
        {
            current.AddUnknown();
            return;
        }
        var (id, part) = (TakeId(current), current.Take("part")!);
        if (part.Member("text") is { } text && JsonText.Text(text) is "") part.Drop("text");
        if (part.Member("refusal") is { } refusal && JsonText.Text(refusal) is "") part.Drop("refusal");
        part.DropCarried("output_text", "type");
        DropEmpty(part);
        if ((ProviderEvent.Said(part, "text") ?? ProviderEvent.Said(part, "refusal")) is { } said) Write(current, id, said, part);
        else ProviderTexts.Start(current, id, role: null, part, current.Body);
    }

    public static void PartDone(ProviderEvent current)
    {
        if (Kind(current.Body, "part") is not { } kind)
        {
            current.AddUnknown();
            return;
        }
        var (id, part) = (TakeId(current), current.Take("part")!);
        End(current, id, part, kind, current.Body);
    }

    public static void Delta(ProviderEvent current)
    {
        if (current.Body.Member("delta") is not { ValueKind: JsonValueKind.String } delta)
        {
            current.AddUnknown();
            return;
        }
        current.Body.Drop("delta");
        DropEmpty(current.Body);
        current.Add(ProviderTexts.Delta(current, TakeId(current), delta, isRefusal: current.Native.Type.StartsWith("response.refusal", StringComparison.Ordinal)), current.Body);
    }

    public static void Done(ProviderEvent current)
    {
        var name = current.Native.Type.StartsWith("response.refusal", StringComparison.Ordinal) ? "refusal" : "text";
        if (current.Body.Member(name) is not { ValueKind: JsonValueKind.String }) current.AddUnknown();
        else End(current, TakeId(current), current.Body, name, null);
    }

    public static void TranscriptDelta(ProviderEvent current)
    {
        if (current.Body.Take(JsonValueKind.String, "delta") is not { } delta) current.AddUnknown();
        else current.Add(ProviderTexts.Delta(current, $"{current.Place}.transcript", delta), current.Body);
    }

    public static void TranscriptDone(ProviderEvent current)
    {
        if (ProviderTexts.End(current, $"{current.Place}.transcript", isThought: false, text: null) is { } end) current.Add(end, current.Body);
    }

    /// <summary>Tells a message whose parts weren't told; nothing of those that were.</summary>
    public static void Whole(ProviderEvent current, NativeBody item, NativeBody? rest, string part)
    {
        var itemId = JsonText.Id(item.Member("id")) ?? part;
        var content = item.Member("content")!.Value;
        var parts = content.ValueKind == JsonValueKind.Array ? content.EnumerateArray().ToList() : [];
        if (content.ValueKind == JsonValueKind.String || parts.Count == 0 || parts.Any(json => !NativeBody.IsPlain(json) || KindOf(json) is null))
        {
            if (rest is null) current.AddUnknown(item.Json);
            else current.AddUnknown();
            return;
        }
        item.Drop("content");
        item.TakeId("id");
        item.DropCarried("message", "type");
        foreach (var (index, json) in parts.Index())
        {
            var isLast = index == parts.Count - 1;
            End(current, IdOf(itemId, index), new NativeBody(json), KindOf(json)!, isLast ? item : null, isLast ? rest : null);
        }
    }

    private static void Write(ProviderEvent current, string id, JsonElement said, NativeBody part)
    {
        var isRefusal = part.Member("refusal") is { } refusal && refusal.ValueEquals(JsonText.Text(said));
        part.Drop(isRefusal ? "refusal" : "text");
        current.Add(ProviderTexts.Delta(current, id, said, isRefusal: isRefusal), part, current.Body);
    }

    private static void End(ProviderEvent current, string id, NativeBody part, string kind, params ReadOnlySpan<NativeBody?> rest)
    {
        var text = part.Take(kind);
        part.DropCarried(kind == "refusal" ? "refusal" : "output_text", "type");
        DropEmpty(part);
        if (ProviderTexts.End(current, id, isThought: false, text) is not { } end) return;
        if (kind == "refusal") end.Text("kind", "refusal");
        current.Add(end, [part, .. rest]);
    }

    private static void DropEmpty(NativeBody body)
    {
        foreach (var name in (ReadOnlySpan<string>)["logprobs", "annotations"])
        {
            if (body.Member(name) is { ValueKind: JsonValueKind.Array } items && items.GetArrayLength() == 0) body.Drop(name);
        }
    }

    private static string? Kind(NativeBody body, string member) => body.Member(member) is { } part && NativeBody.IsPlain(part) ? KindOf(part) : null;

    private static string? KindOf(JsonElement part) => JsonText.MemberText(part, "type") switch
    {
        "output_text" or "text" when JsonText.MemberText(part, "text") is not null => "text",
        "refusal" when JsonText.MemberText(part, "refusal") is not null => "refusal",
        _ => null,
    };

    private static string TakeId(ProviderEvent current)
    {
        var index = current.Body.Member("content_index") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;
        return IdOf(ItemId(current.Body, isWhole: index == 0) ?? $"{current.Place}/{JsonText.FirstScalar(current.Body.Json, "output_index")}", index);
    }

    /// <summary>The id of the item that a text belongs to. It stays in the payload where the id of the text differs.</summary>
    public static string? ItemId(NativeBody body, bool isWhole) => isWhole ? body.TakeId("item_id") : JsonText.Id(body.Member("item_id")) is { } id ? NativeIds.Bounded(id) : null;

    private static string IdOf(string itemId, int index) => index == 0 ? itemId : $"{itemId}.{index}";
}
