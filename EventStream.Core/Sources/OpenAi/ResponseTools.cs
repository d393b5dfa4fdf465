using System.Collections.Frozen;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.OpenAi;

/// <summary>Tool calls of a response.</summary>
internal static class ResponseTools
{
    // Most are run by the caller, who sends the result later, if at all. Their result is an item of its own.
    private static readonly FrozenSet<string> Callers = FrozenSet.Create(StringComparer.Ordinal, "function_call", "custom_tool_call", "computer_call", "local_shell_call", "shell_call", "apply_patch_call", "tool_search_call");

    /// <summary>A call begins; its arguments follow.</summary>
    public static void Start(ProviderEvent current, NativeBody item, string type, string part)
    {
        var args = TakeArgs(item);
        Begin(current, item, type, part, args, out var payload);
        current.Add(payload, item, current.Body);
    }

    /// <summary>A call as a whole: tells what of it wasn't told, and the result when the provider has run the tool.</summary>
    public static void Whole(ProviderEvent current, NativeBody item, string type, NativeBody? rest, string part)
    {
        var isCallers = Callers.Contains(type);
        var args = TakeArgs(item);
        var id = JsonText.Id(item.Member("call_id")) is { } given ? NativeIds.Bounded(given) : null;
        if (ProviderTools.At(current, part) is not { } known || (id is not null && id != (known.SourceId ?? known.Id)) || !known.MayBeNamed(item.MemberText("name") ?? NameOf(type)))
        {
            var call = Begin(current, item, type, part, args ?? EventJson.NoMembers, out var start);
            current.Add(start, isCallers ? [item, rest] : default(ReadOnlySpan<NativeBody?>));
            if (isCallers) ProviderTools.EndArgs(current, call, args: null);
            known = current.State.ToolCall(call.Id)!;
        }
        else if (isCallers)
        {
            if (known.HasAllArgs && (args is null || known.Args?.IsSame(ToolMembers.ArgsOf(args)) is true)) return;
            DropNamed(item, type, known.Name, known.SourceId ?? known.Id);
            ProviderTools.EndArgs(current, ToolCallIds.Of(known), args, item, rest);
            return;
        }
        if (isCallers) return;
        DropNamed(item, type, known.Name, known.SourceId ?? known.Id);
        var status = item.MemberText("status");
        var error = ProviderTools.ErrorOf(item.Member("error")) ?? (status is "failed" or "incomplete" ? status : null);
        if (JsonText.Text(item.Member("error") ?? default) == error) item.Drop("error");
        var payload = ProviderTools.Result(current, known.SourceId ?? known.Id, known.Name, item.Take(ResultOf(type)), error);
        if (args is not null && known.Args?.IsSame(ToolMembers.ArgsOf(args)) is not true) payload.Args(args);
        current.Add(payload, item, rest);
    }

    /// <summary>The result of a tool that the caller, or the provider, has run.</summary>
    public static void Output(ProviderEvent current, NativeBody item, NativeBody? rest)
    {
        var given = item.TakeId("call_id");
        if (given is null && item.MemberText("type") == "local_shell_call_output") given = item.TakeId("id");
        var status = item.MemberText("status");
        var result = item.Take("output", "outputs", "tools", "result");
        // A search of the provider's own names no call.
        var name = item.TakeName("name") ?? (given is null && item.MemberText("type") is { } type ? NameOf(type[..^"_output".Length]) : null);
        current.Add(ProviderTools.Result(current, given, name, result, status is "failed" or "incomplete" ? status : null), item, rest);
    }

    public static void ArgsDelta(ProviderEvent current)
    {
        if (Call(current) is not { } call || current.Body.Take(JsonValueKind.String, "delta") is not { } delta) current.AddUnknown();
        else current.Add(ProviderTools.ArgsDelta(current, call, delta), current.Body);
    }

    public static void ArgsDone(ProviderEvent current)
    {
        if (Call(current) is not { } call || current.Body.Find("arguments", "input", "code") is not { } args)
        {
            current.AddUnknown();
            return;
        }
        if (current.Body.Take("arguments", "input") is null)
        {
            current.Body.Drop("code");
            args = JsonElement.Parse($$"""{"code":{{args.GetRawText()}}}""");
        }
        if (call.Known is { } known && current.Body.MemberText("name") == known.Name) current.Body.Drop("name");
        ProviderTools.EndArgs(current, call, args, current.Body);
    }

    /// <summary>Input that isn't JSON, and the steps of a tool that the provider runs.</summary>
    public static void Progress(ProviderEvent current)
    {
        if (Call(current) is not { } call)
        {
            current.AddUnknown();
            return;
        }
        var payload = current.Write("tool_call_delta").Call(call);
        if (current.Body.Take(JsonValueKind.String, "delta") is { } said) payload.Json("delta", said);
        else payload.Text("delta", current.Native.Type[(current.Native.Type.LastIndexOf('.') + 1)..]);
        current.Add(payload, current.Body);
    }

    private static ToolCallId Begin(ProviderEvent current, NativeBody item, string type, string part, JsonElement? args, out PayloadWriter payload)
    {
        var given = item.TakeId("call_id") is { } callId ? callId : item.TakeId("id");
        var name = item.TakeName("name") ?? NameOf(type);
        if (JsonText.FirstScalar(item.Json, "id") == part) item.TakeId("id");
        item.DropCarried(type, "type");
        var isProviders = !Callers.Contains(type) || item.MemberText("execution") == "server";
        var call = ProviderTools.Start(current, given, name, part, args, isProviders, out payload);
        payload.Text("item_type", type);
        return call;
    }

    private static void DropNamed(NativeBody item, string type, string name, string id)
    {
        item.DropCarried(type, "type");
        item.DropCarried(name, "name");
        item.DropCarried(id, "call_id", "id");
    }

    private static string NameOf(string type) => type.EndsWith("_call", StringComparison.Ordinal) && type.Length > 5 ? type[..^5] : type;

    private static string ResultOf(string type) => type switch
    {
        "file_search_call" => "results",
        "code_interpreter_call" => "outputs",
        "image_generation_call" => "result",
        "mcp_list_tools" => "tools",
        _ => "output",
    };

    private static JsonElement? TakeArgs(NativeBody item)
    {
        foreach (var name in (ReadOnlySpan<string>)["arguments", "input", "action", "operation"])
        {
            if (item.Member(name) is not { } args) continue;
            item.Drop(name);
            if (args.ValueKind != JsonValueKind.Null && JsonText.Text(args) is not "") return args;
        }
        return null;
    }

    private static ToolCallId? Call(ProviderEvent current)
    {
        var itemId = JsonText.FirstScalar(current.Body.Json, "item_id");
        var place = itemId ?? $"{current.Place}/{JsonText.FirstScalar(current.Body.Json, "output_index")}";
        if (ProviderTools.At(current, place) is { } known)
        {
            if (itemId is { Length: <= EventLimits.MaxMemberLength }) current.Body.Drop("item_id");
            return ToolCallIds.Of(known);
        }
        return current.Body.TakeId("item_id") is { } given ? current.Output.CallOf(given, current.Run, agent: null) : null;
    }
}
