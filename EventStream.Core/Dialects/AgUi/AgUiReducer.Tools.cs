using System.Text.Json;
using EventStream.Events;

namespace EventStream.Dialects.AgUi;

/// <summary>Calls of tools and their results.</summary>
internal sealed partial class AgUiReducer
{
    private void StartCall()
    {
        if (!TryOwner(isContent: true, out var owner)) return;
        if (_event.Id("tool_call_id") is not { } key)
        {
            Repair();
            return;
        }
        if (_history.Find(AgUiKind.Call, key) is { } known) ChangeCall(known, owner);
        else
        {
            var call = Call(key, owner);
            // Empty arguments may be followed by pieces of them.
            if (ArgsOf() is not { } args || args == "{}") return;
            Say(call, args);
            Close(call);
        }
    }

    private void UpdateCall()
    {
        if (!TryOwner(isContent: true, out var owner)) return;
        if (_event.Id("tool_call_id") is { } key && _history.Find(AgUiKind.Call, key) is { } call) ChangeCall(call, owner);
        else _writer.Custom(_event, owner);
    }

    private void AppendArgs()
    {
        if (!TryOwner(isContent: true, out var owner)) return;
        if (_event.Id("tool_call_id") is not { } key || _event.Text("delta") is not { } delta)
        {
            Repair();
            return;
        }
        if (_history.Find(AgUiKind.Call, key) is null) Repair();
        var call = Call(key, owner);
        if (call.IsOpen) Say(call, delta);
        else Repair();
    }

    private void EndArgs()
    {
        if (!TryOwner(isContent: true, out _)) return;
        if (_event.Id("tool_call_id") is { } key && _history.Find(AgUiKind.Call, key) is { IsOpen: true } call) Close(call);
        else Repair();
    }

    private void TellResult()
    {
        if (!TryOwner(isContent: true, out var owner)) return;
        if (_event.Id("tool_call_id") is not { } key)
        {
            Repair();
            return;
        }
        var result = _event.Json("result");
        TellResult(key, result is { } value ? JsonText.Text(value) ?? value.GetRawText() : _event.Text("error") ?? "", owner);
    }

    private void TellResult(string key, string content, string? owner)
    {
        var isKnown = _history.Find(AgUiKind.Call, key) is not null;
        var call = Call(key, owner);
        if (!isKnown && ArgsOf() is { } args) Say(call, args);
        Close(call);
        if (_history.Find(AgUiKind.Result, key) is { } known)
        {
            Complete(known, content, isCut: false, owner);
            return;
        }
        var result = _history.Add(AgUiKind.Result, key, owner, call: call, nativeId: IsNative ? _event.Id("message_id") : null);
        _history.Append(result, content);
        _writer.Event("TOOL_CALL_RESULT", owner, json => json.Text("messageId", result.Id).Text("toolCallId", call.Id).Text("content", content).Text("role", "tool"));
    }

    /// <summary>The call of that id; its start is told when it is new.</summary>
    private AgUiMessage Call(string key, string? owner)
    {
        if (_history.Find(AgUiKind.Call, key) is { } known) return known;
        var call = _history.Add(AgUiKind.Call, key, owner);
        _history.Rename(call, _event.Text("tool_name") ?? _event.Text("name") ?? "unknown");
        Start(call, owner);
        return call;
    }

    /// <summary>Tells other arguments or another name of a call than were told.</summary>
    private void ChangeCall(AgUiMessage call, string? owner)
    {
        var isRenamed = _event.Text("tool_name") is { Length: > 0 } name && name != call.ToolName;
        if (isRenamed) _history.Rename(call, _event.Text("tool_name")!);
        var args = ArgsOf();
        // Arguments that aren't known are told as empty.
        var isChanged = args is not null && (args != "{}" || call.Text.Length == 0) && args != $"{call.Text}";
        if (isChanged && call.IsOpen && call.Text.Length == 0 && args != "{}")
        {
            Say(call, args!);
            Close(call);
        }
        else if (isChanged && !call.IsOpen)
        {
            _history.Replace(call, args!);
            isRenamed = true;
        }
        if (isRenamed) Restate(owner);
    }

    private string? ArgsOf() => _event.Text("args_raw") ?? (_event.Json("args") is { } args ? JsonText.Text(args) ?? (args.ValueKind == JsonValueKind.Object && args.GetPropertyCount() == 0 ? "{}" : args.GetRawText()) : null);
}
