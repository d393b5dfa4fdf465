using System.Text.Json;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.AgUi;

/// <summary>Tool calls and their results.</summary>
internal static class AgUiTools
{
    public static void Start(ProviderEvent current)
    {
        if (current.Body.TakeId("toolCallId") is { } id) Begin(current, id);
        else current.AddUnknown();
    }

    public static void Args(ProviderEvent current)
    {
        if (current.Body.TakeId("toolCallId") is { } id && current.Body.Take(JsonValueKind.String, "delta") is { } delta) Say(current, id, delta);
        else current.AddUnknown();
    }

    public static void End(ProviderEvent current)
    {
        if (current.Body.TakeId("toolCallId") is { } id) ProviderTools.EndArgs(current, Call(current, id), args: null, current.Body);
        else current.AddUnknown();
    }

    /// <summary>A piece of a call's arguments, which begins the call when it isn't known; without an id it belongs to the newest one of the run.</summary>
    public static void Chunk(ProviderEvent current)
    {
        var newest = current.State.OpenToolCalls.LastOrDefault(call => call.RunId == current.Run && !call.HasAllArgs);
        if ((current.Body.TakeId("toolCallId") ?? newest?.SourceId ?? newest?.Id) is not { } id)
        {
            current.AddUnknown();
            return;
        }
        var delta = current.Body.Take(JsonValueKind.String, "delta");
        var isKnown = ProviderTools.At(current, id) is not null;
        if (!isKnown) Begin(current, id);
        if (delta is { } said) Say(current, id, said);
        else if (isKnown) current.AddUnknown();
    }

    public static void Result(ProviderEvent current)
    {
        if (current.Body.TakeId("toolCallId") is not { } id)
        {
            current.AddUnknown();
            return;
        }
        Finish(current, id, current.Body.Take("content"), error: null, current.Body.TakeId("messageId"), current.Body);
    }

    /// <summary>Writes the result of a call, whose arguments are whole by then.</summary>
    public static void Finish(ProviderEvent current, string id, JsonElement? content, string? error, string? messageId, params ReadOnlySpan<NativeBody?> rest)
    {
        if (ProviderTools.At(current, id) is { HasAllArgs: false, Args: null } open) ProviderTools.EndArgs(current, ToolCallIds.Of(open), args: null);
        current.Add(ProviderTools.Result(current, id, name: null, content, error).Text("message_id", messageId), rest);
    }

    private static void Begin(ProviderEvent current, string id)
    {
        var body = current.Body;
        ProviderTools.Start(current, id, body.TakeName("toolCallName") ?? "unknown", id, args: null, isProviders: false, out var payload);
        current.Add(payload.Text("parent_message_id", body.TakeId("parentMessageId")), body);
    }

    private static void Say(ProviderEvent current, string id, JsonElement delta) => current.Add(ProviderTools.ArgsDelta(current, Call(current, id), delta), current.Body);

    private static ToolCallId Call(ProviderEvent current, string id) => ProviderTools.At(current, id) is { } open ? ToolCallIds.Of(open) : current.Output.CallOf(NativeIds.Bounded(id), current.Run, agent: null);
}
