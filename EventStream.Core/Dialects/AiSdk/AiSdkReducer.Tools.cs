using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Dialects.AiSdk;

/// <summary>Calls of tools and their results. The tools run at the agent, so clients are told that they needn't run them.</summary>
internal sealed partial class AiSdkReducer
{
    private static readonly JsonElement None = JsonElement.Parse("null");

    private void StartCall()
    {
        if (_event.Id("tool_call_id") is not { } id) Repair();
        else if (_run.Calls.TryGetValue(id, out var known)) ChangeCall(known);
        // Empty arguments may be followed by pieces of them.
        else if (ArgsOf() is { } args && args != "{}") Announce(id, args);
        else OpenCall(id);
    }

    private void UpdateCall()
    {
        if (_event.Id("tool_call_id") is { } id && _run.Calls.TryGetValue(id, out var call)) ChangeCall(call);
        else TellOther();
    }

    private void AppendArgs()
    {
        if (_event.Id("tool_call_id") is not { } id || _event.Text("delta") is not { } delta)
        {
            Repair();
            return;
        }
        var known = _run.Calls.GetValueOrDefault(id);
        if (known is null) Repair();
        var call = known ?? OpenCall(id);
        if (call is { IsOpen: true } && call.Step == _run.Steps)
        {
            call.Append(delta);
            _writer.Chunk("tool-input-delta", json => json.Text("toolCallId", id).Text("inputTextDelta", delta));
        }
        else Repair();
    }

    private void EndArgs()
    {
        if (_event.Id("tool_call_id") is { } id && _run.Calls.TryGetValue(id, out var call) && call.IsOpen) Complete(call, ArgsOf());
        else Repair();
    }

    private void TellResult()
    {
        if (_event.Id("tool_call_id") is not { } id) Repair();
        else TellResult(id, text: null);
    }

    private void TellResult(string id, string? text)
    {
        if (!_run.Calls.ContainsKey(id)) Repair();
        var call = Known(id);
        call.HasOutput = true;
        if (text is null && _event.Text("error") is { } error) _writer.Chunk("tool-output-error", json => Executed(json.Text("toolCallId", id).Text("errorText", error)));
        else if (text is not null) _writer.Chunk("tool-output-available", json => Executed(json.Text("toolCallId", id).Text("output", text)));
        else _writer.Chunk("tool-output-available", json => Executed(json.Text("toolCallId", id).Tame("output", JsonText.Member(_event.Payload, "result") ?? None)));
    }

    /// <summary>The call of that id with its input told: a client fails at a result or a question of a call that it doesn't know.</summary>
    private AiSdkCall Known(string id)
    {
        if (_run.Calls.TryGetValue(id, out var known))
        {
            if (known.IsOpen) Complete(known, ArgsOf());
            return known;
        }
        return Announce(id, ArgsOf() ?? "{}");
    }

    private void ChangeCall(AiSdkCall call)
    {
        if (_event.Text("tool_name") is { Length: > 0 } name) call.ToolName = name;
        var args = ArgsOf();
        if (call.IsOpen && (args is null or "{}" || call.HasPieces)) return;
        if (args is null || args == call.Input) return;
        // An input that is told again takes the result away.
        if (call.HasOutput || call.Step != _run.Steps) TellOther();
        else Available(call, args);
    }

    private AiSdkCall OpenCall(string id)
    {
        var call = Add(id);
        _writer.Chunk("tool-input-start", json => Executed(json.Text("toolCallId", id).Text("toolName", call.ToolName)));
        return call;
    }

    private AiSdkCall Announce(string id, string args)
    {
        var call = Add(id);
        Available(call, args);
        return call;
    }

    private AiSdkCall Add(string id)
    {
        if (_run.Calls.Count == SessionState.MaxToolCalls) _run.Calls.RemoveAt(0);
        var call = new AiSdkCall(id, _run.Steps) { ToolName = _event.Text("tool_name") ?? _event.Text("name") ?? "unknown" };
        _run.Calls.Add(id, call);
        return call;
    }

    private void Available(AiSdkCall call, string args)
    {
        (call.Input, call.IsOpen) = (args, false);
        var input = JsonElement.Parse(args);
        _writer.Chunk("tool-input-available", json => Executed(json.Text("toolCallId", call.Id).Text("toolName", call.ToolName).Tame("input", input)));
    }

    /// <summary>Tells the input that came in pieces.</summary>
    private void Complete(AiSdkCall call, string? args)
    {
        if (!call.HasPieces || IsJson(call.Pieces))
        {
            Available(call, call.HasPieces ? call.Pieces! : args ?? "{}");
            return;
        }
        Repair();
        call.IsOpen = false;
        var why = call.Pieces is null ? $"The arguments have more than {SessionState.MaxTextBytes} characters." : "The arguments are no JSON.";
        _writer.Chunk("tool-input-error", json => Executed(json.Text("toolCallId", call.Id).Text("toolName", call.ToolName).Text("input", call.Pieces ?? "").Text("errorText", why)));
    }

    private void CloseCalls()
    {
        foreach (var call in _run.Calls.Values) if (call.IsOpen) Complete(call, args: null);
    }

    /// <summary>The arguments in the event as JSON; null when it says none.</summary>
    private string? ArgsOf()
    {
        if (_event.Text("args_raw") is { } raw) return IsJson(raw) ? raw : $"{new PayloadWriter().BeginNative().Text("raw", raw).Finish()}";
        return _event.Json("args") is not { } args ? null : args.ValueKind == JsonValueKind.Object && args.GetPropertyCount() == 0 ? "{}" : args.GetRawText();
    }

    private static bool IsJson(string? text)
    {
        try
        {
            return text is not null && JsonElement.Parse(text, new JsonDocumentOptions { MaxDepth = EventLimits.MaxJsonDepth }).ValueKind != JsonValueKind.Undefined;
        }
        // Half a surrogate pair is no text at all.
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return false;
        }
    }

    private static PayloadWriter Executed(PayloadWriter json) => json.Flag("providerExecuted", true).Flag("dynamic", true);
}
