using System.Globalization;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.OpenAi;

/// <summary>Tool calls of a chat completion: they come in pieces, of which only the first names id and tool.</summary>
internal static class ChatTools
{
    /// <summary>Begins the places of a choice's calls.</summary>
    public static string Prefix(ProviderEvent current, string choice) => NativeIds.Bounded($"{current.Place}/{choice}") + "/";

    /// <summary>Whether all pieces have the shape of calls.</summary>
    public static bool AreReadable(JsonElement calls) => calls.GetArrayLength() > 0 && calls.EnumerateArray().All(call =>
        NativeBody.IsPlain(call) && JsonText.Member(call, MemberOf(call)) is { ValueKind: JsonValueKind.Object } function && NativeBody.IsPlain(function));

    public static PayloadWriter? Tell(ProviderEvent current, JsonElement json, string choice, int position, bool isWhole)
    {
        var call = new NativeBody(json);
        var member = MemberOf(json);
        var function = ProviderEvent.Take(call, member)!;
        call.DropCarried("function", "type");
        var index = JsonText.FirstScalar(json, "index") ?? position.ToString(CultureInfo.InvariantCulture);
        var said = call.Take("index");
        return Tell(current, call, function, $"{Prefix(current, choice)}{index}", isWhole, isJson: member == "function")?.Json("tool_index", said);
    }

    /// <summary>The one call of a message, as older models make it.</summary>
    public static PayloadWriter? TellFunction(ProviderEvent current, JsonElement function, string choice, bool isWhole) =>
        Tell(current, new NativeBody(EventJson.NoMembers), new NativeBody(function), $"{Prefix(current, choice)}function", isWhole);

    private static PayloadWriter? Tell(ProviderEvent current, NativeBody call, NativeBody function, string part, bool isWhole, bool isJson = true)
    {
        var said = call.Member("id");
        var given = call.TakeId("id");
        var args = TakeArgs(function);
        var known = ProviderTools.At(current, part);
        // Some servers count every call as the first one.
        if (known is not null && given is not null && (known.SourceId ?? known.Id) != given && function.MemberText("name") is { Length: > 0 }) known = null;
        if (known is not null)
        {
            function.DropCarried(known.Name, "name");
            // Without a tool it begins no call, whatever its id.
            if (given is null || (known.SourceId ?? known.Id) == given || !call.IsTaken("id")) said = null;
            var remaining = said is not null || call.Remaining().Concat(function.Remaining()).Any(member => member.Value.ValueKind != JsonValueKind.Null);
            if (args is { ValueKind: JsonValueKind.String }) return Rest(ProviderTools.ArgsDelta(current, ToolCallIds.Of(known), args.Value, isJson).Json("id", said), call, function);
            return args is null && !remaining ? null : Rest(Named(current.Write("tool_call_updated").Call(ToolCallIds.Of(known)), args).Json("id", said), call, function);
        }
        var isAll = isWhole || args is { ValueKind: JsonValueKind.Object };
        var begun = ProviderTools.Start(current, given, function.TakeName("name") ?? "unknown", part, isAll ? args ?? EventJson.NoMembers : null, isProviders: false, out var start);
        if (isAll || args is null) return Rest(start, call, function);
        current.Add(start, call, function);
        return ProviderTools.ArgsDelta(current, begun, args.Value, isJson);
    }

    private static PayloadWriter Named(PayloadWriter payload, JsonElement? args) => args is null ? payload : payload.Args(args);

    private static JsonElement? TakeArgs(NativeBody function)
    {
        if (function.Take("arguments", "input") is not { ValueKind: not JsonValueKind.Null } args) return null;
        return JsonText.Text(args) is "" ? null : args;
    }

    private static PayloadWriter Rest(PayloadWriter payload, params ReadOnlySpan<NativeBody> bodies)
    {
        foreach (var body in bodies) payload.Remaining(body.Remaining().Where(member => member.Value.ValueKind != JsonValueKind.Null));
        return payload;
    }

    // The type names the member that holds the rest. No name holds half of a surrogate pair.
    private static string MemberOf(JsonElement call) =>
        JsonText.MemberText(call, "type") is { Length: > 0 } type && Wtf8.IndexOfHalf(type) < 0 && JsonText.Member(call, type) is { ValueKind: JsonValueKind.Object } ? type : "function";
}
