namespace EventStream.Dialects.AgUi;

/// <summary>Messages and thoughts.</summary>
internal sealed partial class AgUiReducer
{
    // The thought of those pieces that name none.
    private string? _unnamedThought;

    private void StartText()
    {
        if (!TryOwner(isContent: true, out var owner)) return;
        if (_event.Id("message_id") is not { } key) Repair();
        else Start(Message(AgUiKind.Text, key, owner), owner);
    }

    private void AppendText()
    {
        if (TryOwner(isContent: true, out var owner)) Append(AgUiKind.Text, _event.Id("message_id"), owner);
    }

    private void AppendThought()
    {
        if (!TryOwner(isContent: true, out var owner)) return;
        Append(AgUiKind.Reasoning, _event.Id("message_id") ?? (_unnamedThought ??= _event.EventId), owner);
    }

    private void Append(AgUiKind kind, string? key, string? owner)
    {
        if (key is null || _event.Text("delta") is not { } delta)
        {
            Repair();
            return;
        }
        var message = Message(kind, key, owner);
        if (_event.IsTrue("replace"))
        {
            if (!message.IsOpen) Start(message, owner);
            Complete(message, delta, isCut: false, owner);
            return;
        }
        // What comes after its end is in the text that the end told.
        if (message is { IsOpen: false, HasEnded: true })
        {
            Repair();
            return;
        }
        if (!message.IsOpen) Start(message, owner);
        Say(message, delta);
    }

    private void EndText()
    {
        if (TryOwner(isContent: true, out var owner)) End(AgUiKind.Text, _event.Id("message_id"), owner);
    }

    private void EndThought()
    {
        if (!TryOwner(isContent: true, out var owner)) return;
        var key = _event.Id("message_id");
        if (key is null) (key, _unnamedThought) = (_unnamedThought ?? _event.EventId, null);
        End(AgUiKind.Reasoning, key, owner);
    }

    private void End(AgUiKind kind, string? key, string? owner)
    {
        var content = _event.Text("content");
        if (key is null || (content is null && _history.Find(kind, key) is not { IsOpen: true }))
        {
            Repair();
            return;
        }
        var message = Message(kind, key, owner);
        if (message is { IsOpen: false, HasEnded: false }) Start(message, owner);
        if (content is not null) Complete(message, content, _event.IsTrue("content_truncated"), owner);
        Close(message);
    }

    private void TellMessage()
    {
        if (!TryOwner(isContent: true, out var owner)) return;
        if (_event.Id("message_id") is not { } key || _event.Text("content") is not { } content) _writer.Custom(_event, owner);
        else if (_event.Text("role") == "tool" && _event.Id("tool_call_id") is { } call && _history.Find(AgUiKind.Text, key) is null) TellResult(call, content, owner);
        else if (_history.Find(AgUiKind.Text, key) is null && _history.Find(AgUiKind.Reasoning, key) is { } thought) Complete(thought, content, isCut: false, owner);
        else if (_history.Find(AgUiKind.Text, key) is { } known) Complete(known, content, isCut: false, owner);
        else
        {
            var message = Message(AgUiKind.Text, key, owner);
            Start(message, owner);
            Say(message, content);
            Close(message);
        }
    }

    private AgUiMessage Message(AgUiKind kind, string key, string? owner)
    {
        if (_history.Find(kind, key) is { } known) return known;
        var role = _event.Text("role");
        return _history.Add(kind, key, owner, role is "user" or "system" or "developer" ? role : null, nativeId: IsNative ? key : null);
    }

    private void Start(AgUiMessage message, string? owner)
    {
        if (message.IsOpen)
        {
            Repair();
            return;
        }
        (message.IsOpen, message.Owner) = (true, owner);
        TellStart(message);
    }

    private void Say(AgUiMessage message, string text)
    {
        if (text.Length == 0) return;
        _history.Append(message, text);
        TellContent(message, text);
    }

    /// <summary>Tells what a message lacks of its whole text; all messages anew where it says something else.</summary>
    private void Complete(AgUiMessage message, string whole, bool isCut, string? owner)
    {
        var told = $"{message.Text}";
        if (told == whole || (isCut && told.StartsWith(whole, StringComparison.Ordinal))) return;
        if (message.IsOpen && whole.StartsWith(told, StringComparison.Ordinal))
        {
            Say(message, whole[told.Length..]);
            return;
        }
        _history.Replace(message, whole);
        Restate(owner);
    }

    private void TellStart(AgUiMessage message)
    {
        switch (message.Kind)
        {
            case AgUiKind.Text: _writer.Event("TEXT_MESSAGE_START", message.Owner, json => json.Text("messageId", message.Id).Text("role", message.Role)); break;
            case AgUiKind.Call: _writer.Event("TOOL_CALL_START", message.Owner, json => json.Text("toolCallId", message.Id).Text("toolCallName", message.ToolName)); break;
            default:
                _writer.Event("REASONING_START", message.Owner, json => json.Text("messageId", message.Id));
                _writer.Event("REASONING_MESSAGE_START", message.Owner, json => json.Text("messageId", message.Id).Text("role", "reasoning"));
                break;
        }
    }

    private void TellContent(AgUiMessage message, string text)
    {
        var (type, id) = message.Kind switch
        {
            AgUiKind.Text => ("TEXT_MESSAGE_CONTENT", "messageId"),
            AgUiKind.Call => ("TOOL_CALL_ARGS", "toolCallId"),
            _ => ("REASONING_MESSAGE_CONTENT", "messageId"),
        };
        _writer.Event(type, message.Owner, json => json.Text(id, message.Id).Text("delta", text));
    }

    private void Close(AgUiMessage message)
    {
        if (!message.IsOpen) return;
        // An empty text is no JSON.
        if (message.Kind == AgUiKind.Call && message.Text.Length == 0) Say(message, "{}");
        (message.IsOpen, message.HasEnded) = (false, true);
        switch (message.Kind)
        {
            case AgUiKind.Text: _writer.Event("TEXT_MESSAGE_END", message.Owner, json => json.Text("messageId", message.Id)); break;
            case AgUiKind.Call: _writer.Event("TOOL_CALL_END", message.Owner, json => json.Text("toolCallId", message.Id)); break;
            default:
                _writer.Event("REASONING_MESSAGE_END", message.Owner, json => json.Text("messageId", message.Id));
                _writer.Event("REASONING_END", message.Owner, json => json.Text("messageId", message.Id));
                break;
        }
    }
}
