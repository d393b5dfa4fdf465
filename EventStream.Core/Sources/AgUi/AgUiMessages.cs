using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;
using EventStream.Sources.Providers;

namespace EventStream.Sources.AgUi;

/// <summary>Messages that are told whole: of a snapshot, or of what a run was given. Those that the session knows aren't told again.</summary>
internal static class AgUiMessages
{
    public static void Snapshot(ProviderEvent current)
    {
        if (current.Body.Take(JsonValueKind.Array, "messages") is { } messages)
        {
            Tell(current, messages);
            if (!current.Body.Remaining().Any()) return;
        }
        AgUiStates.Other(current);
    }

    public static void Tell(ProviderEvent current, JsonElement messages)
    {
        foreach (var message in messages.EnumerateArray())
        {
            if (NativeBody.IsPlain(message)) Tell(current, new NativeBody(message));
            else current.AddUnknown(message);
        }
    }

    private static void Tell(ProviderEvent current, NativeBody message)
    {
        if (message.TakeId("id") is not { } id || message.MemberText("role") is not { } role)
        {
            current.AddUnknown(message.Json);
            return;
        }
        switch (role)
        {
            case "assistant": Answer(current, id, message); break;
            case "reasoning": Whole(current, id, isThought: true, message); break;
            case "tool" when message.TakeId("toolCallId") is { } call: ToolResult(current, id, call, message); break;
            case "activity": Activity(current, id, message); break;
            default: Said(current, id, message); break;
        }
    }

    private static void Answer(ProviderEvent current, string id, NativeBody message)
    {
        var calls = message.Member("toolCalls") is { ValueKind: JsonValueKind.Array } told && told.EnumerateArray().All(IsCall) ? message.Take("toolCalls") : null;
        var isSaid = message.MemberText("content") is { Length: > 0 };
        if (isSaid) Whole(current, id, isThought: false, message);
        else if (calls is not { } given || given.GetArrayLength() == 0) current.AddUnknown(message.Json);
        foreach (var (index, call) in (calls?.EnumerateArray() ?? default).Index()) Call(current, id, new NativeBody(call), isSaid || index > 0 ? null : message);
    }

    private static void Call(ProviderEvent current, string messageId, NativeBody call, NativeBody? rest)
    {
        var (id, function) = (call.TakeId("id")!, ProviderEvent.Take(call, "function")!);
        call.DropCarried("function", "type");
        var name = function.TakeName("name") ?? "unknown";
        var args = function.Take("arguments");
        if (current.State.ToolCalls(NativeIds.Bounded(id)).FirstOrDefault() is { IsStarted: true } known && known.IsNamed(name) && known.Args?.IsSame(ToolMembers.ArgsOf(args)) is not false)
        {
            Again(current, known, args, function, call, rest);
            return;
        }
        ProviderTools.Start(current, id, name, id, args, isProviders: false, out var payload);
        current.Add(payload.Text("parent_message_id", messageId), function, call, rest);
    }

    // Its arguments may have come in pieces, which the session's state doesn't put together.
    private static void Again(ProviderEvent current, ToolCall known, JsonElement? args, NativeBody function, NativeBody call, NativeBody? rest)
    {
        if (known.Args is not null)
        {
            if (function.Remaining().Concat(call.Remaining()).Any() || rest?.Remaining().All(IsRole) == false) current.AddUnknown(rest?.Json ?? call.Json);
        }
        else if (known.HasAllArgs || known.HasResult) current.Add(current.Write("tool_call_updated").Call(ToolCallIds.Of(known)).Args(args), function, call, rest);
        else ProviderTools.EndArgs(current, ToolCallIds.Of(known), args, function, call, rest);
    }

    private static bool IsCall(JsonElement call) =>
        NativeBody.IsPlain(call) && JsonText.Id(JsonText.Member(call, "id")) is not null && JsonText.Member(call, "function") is { } function && NativeBody.IsPlain(function);

    private static void Whole(ProviderEvent current, string id, bool isThought, NativeBody message)
    {
        if (ProviderTexts.End(current, id, isThought, message.Take(JsonValueKind.String, "content")) is { } payload) current.Add(payload, message);
        else if (!message.Remaining().All(IsRole)) current.AddUnknown(message.Json);
    }

    private static void ToolResult(ProviderEvent current, string id, string call, NativeBody message)
    {
        var (content, error) = (message.Take("content"), message.TakeName("error"));
        var outcome = ToolMembers.OutcomeOf(content, error is not null);
        var calls = current.State.ToolCalls(NativeIds.Bounded(call)).ToList();
        var isRepeated = calls.All(known => known is { HasResult: true, IsCancelled: false }) && calls.Exists(known => known.MayHaveEndedWith(outcome)) && message.Remaining().All(IsRole);
        if (!isRepeated) AgUiTools.Finish(current, call, content, error, id, message);
    }

    private static void Said(ProviderEvent current, string id, NativeBody message)
    {
        var text = message.Take(JsonValueKind.String, "content");
        var parts = text is null ? message.Take(JsonValueKind.Array, "content") : null;
        if (text is { } said && current.State.HasMessage(id, runId: null, said) && message.Remaining().All(IsRole)) return;
        // It belongs to the thread: later runs are given it again.
        var payload = current.Output.WriteClosing("message_created", runId: null).Text("message_id", id).Json("content", text);
        if (parts is { } told) payload.Text("content", string.Concat(told.EnumerateArray().Select(part => JsonText.MemberText(part, "text")))).Json("parts", told);
        current.Add(payload, message);
    }

    private static bool IsRole(JsonProperty member) => member.Name == "role" && JsonText.Text(member.Value) is "user" or "system" or "developer" or "assistant" or "reasoning" or "tool";

    private static void Activity(ProviderEvent current, string id, NativeBody message)
    {
        var role = message.TakeText("role");
        var value = new PayloadWriter().BeginNative().Text("messageId", id).Remaining(message).Finish();
        current.Write("custom_event").Text("name", "ACTIVITY_SNAPSHOT").Object("value", value).Text("role", role);
        current.Add();
    }
}
