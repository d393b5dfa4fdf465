using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.Anthropic;

/// <summary>How a message begins, goes on and ends: each is a run.</summary>
internal static class AnthropicMessages
{
    public static void Start(ProviderEvent current)
    {
        if (current.Take("message") is { } message) Begin(current, message);
        else current.AddUnknown();
    }

    /// <summary>Why the model stopped, and what it has used up so far.</summary>
    public static void Delta(ProviderEvent current)
    {
        if (current.Run is not { } run)
        {
            current.AddUnknown();
            return;
        }
        var delta = current.Take("delta");
        var reason = delta?.TakeName("stop_reason");
        var payload = current.Write("run_updated").Text("run_id", run);
        if (current.Body.Take(JsonValueKind.Object, "usage") is { } usage) payload.Json("usage", Merged(current.Response?.Usage, usage));
        current.Add(payload.Text("stop_reason", reason), delta, current.Body);
    }

    public static void Stop(ProviderEvent current)
    {
        if (ProviderRuns.IsOpen(current) || current.Run is not null) ProviderRuns.Complete(current, stopReason: null, usage: null, current.Body);
        else current.AddUnknown();
    }

    public static void Error(ProviderEvent current)
    {
        if (current.Take("error") is not { } error)
        {
            ProviderRuns.Fail(current, current.Body);
            return;
        }
        ProviderRuns.Fail(current, error, current.Body);
    }

    /// <summary>A message as a whole: a response, or what the caller sends.</summary>
    public static void Whole(ProviderEvent current)
    {
        var message = current.Body;
        if (message.MemberText("role") is not { } role || message.Member("content") is not { ValueKind: JsonValueKind.Array or JsonValueKind.String } content)
        {
            current.AddUnknown();
            return;
        }
        message.Drop("content");
        if (role == "assistant" && message.Member("id") is not null) Response(current, message, content);
        else AnthropicInputs.Tell(current, message, role, content);
    }

    private static void Response(ProviderEvent current, NativeBody message, JsonElement content)
    {
        var (reason, usage) = (message.TakeName("stop_reason"), message.Take(JsonValueKind.Object, "usage"));
        Begin(current, message);
        if (content.ValueKind == JsonValueKind.String) current.AddUnknown(content);
        else
        {
            foreach (var (index, block) in content.EnumerateArray().Index()) AnthropicBlocks.Whole(current, block, index);
        }
        ProviderRuns.Complete(current, reason, usage);
    }

    private static void Begin(ProviderEvent current, NativeBody message)
    {
        var id = message.TakeId("id");
        message.DropCarried("message", "type");
        if (message.Member("content") is { ValueKind: JsonValueKind.Array } content && content.GetArrayLength() == 0) message.Drop("content");
        current.Add(ProviderRuns.Started(current, id), message == current.Body ? null : message, current.Body);
    }

    // The figures are totals, but an older server repeats only those that have grown.
    private static JsonElement Merged(string? known, JsonElement usage)
    {
        if (known is null || !NativeBody.IsPlain(usage) || JsonElement.Parse(known) is var before && !NativeBody.IsPlain(before)) return usage;
        var members = before.EnumerateObject().Where(member => JsonText.Member(usage, member.Name) is null or { ValueKind: JsonValueKind.Null })
            .Concat(usage.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null));
        return JsonElement.Parse($"{{{string.Join(',', members)}}}");
    }
}
