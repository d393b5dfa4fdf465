using EventStream.Sessions;

namespace EventStream.Dialects.AiSdk;

/// <summary>Texts and thoughts.</summary>
internal sealed partial class AiSdkReducer
{
    private void StartText()
    {
        if (_event.Id("message_id") is not { } id || _run.Texts.ContainsKey((false, id)) || HasEnded(id, isThought: false)) Repair();
        else if (_event.Text("role") is null or "assistant") Open(id, isThought: false);
        // The message of a run holds what its agent says.
        else _run.Ended = _run.Ended.Add(Key(id, isThought: false));
    }

    private void Append(string? id, bool isThought)
    {
        if (id is null || _event.Text("delta") is not { } delta)
        {
            Repair();
            return;
        }
        if (_run.Texts.TryGetValue((isThought, id), out var open))
        {
            if (_event.IsTrue("replace")) Complete(open, delta, isCut: false);
            else Say(open, delta);
        }
        // What comes after its end is in the text that the end told.
        else if (HasEnded(id, isThought)) Repair();
        else Say(Open(id, isThought), delta);
    }

    private void EndText()
    {
        if (_event.Id("message_id") is { } id) End(id, isThought: false);
        else Repair();
    }

    private void EndThought()
    {
        var id = _event.Id("message_id");
        if (id is null) (id, _run.UnnamedThought) = (_run.UnnamedThought ?? _event.EventId, null);
        if (id is null) Repair();
        else End(id, isThought: true);
    }

    private void End(string id, bool isThought)
    {
        var content = _event.Text("content");
        var open = _run.Texts.GetValueOrDefault((isThought, id));
        if (open is null && (HasEnded(id, isThought) || content is null))
        {
            Repair();
            return;
        }
        open ??= Open(id, isThought);
        if (content is not null) Complete(open, content, _event.IsTrue("content_truncated"));
        Close(open);
        _run.Ended = _run.Ended.Add(Key(id, isThought));
    }

    private void TellMessage()
    {
        var (id, content) = (_event.Id("message_id"), _event.Text("content"));
        if (_event.Text("role") is "user" or "system" or "developer") return;
        if (id is null || content is null) TellOther();
        else if (_event.Text("role") == "tool" && _event.Id("tool_call_id") is { } call) TellResult(call, content);
        else if (_run.Texts.TryGetValue((false, id), out var open)) Complete(open, content, isCut: false);
        // A client can't change what it was told as whole.
        else if (HasEnded(id, isThought: false)) TellOther();
        else End(id, isThought: false);
    }

    private AiSdkText Open(string id, bool isThought)
    {
        if (_run.Texts.Count == SessionState.MaxOpenMessages) Close(_run.Texts.GetAt(0).Value);
        var text = new AiSdkText(id, isThought);
        _run.Texts.Add((isThought, id), text);
        _run.HasText |= !isThought;
        _writer.Chunk(isThought ? "reasoning-start" : "text-start", json => json.Text("id", id));
        return text;
    }

    private void Say(AiSdkText text, string delta)
    {
        if (delta.Length == 0) return;
        text.Append(delta);
        _writer.Chunk(text.IsThought ? "reasoning-delta" : "text-delta", json => json.Text("id", text.Id).Text("delta", delta));
    }

    /// <summary>Tells what a text lacks of its whole.</summary>
    private void Complete(AiSdkText text, string whole, bool isCut)
    {
        if (text.IsLong) return;
        var told = text.Told;
        if (whole.StartsWith(told, StringComparison.Ordinal)) Say(text, whole[told.Length..]);
        else if (!isCut || !told.StartsWith(whole, StringComparison.Ordinal))
        {
            // A client can only add to a text.
            Repair();
            _writer.Chunk("data-message-updated", json => json.Text("id", text.Id).Tame("data", _event.Payload));
        }
    }

    private void Close(AiSdkText text)
    {
        _run.Texts.Remove((text.IsThought, text.Id));
        _writer.Chunk(text.IsThought ? "reasoning-end" : "text-end", json => json.Text("id", text.Id));
    }

    private void CloseTexts()
    {
        while (_run.Texts.Count > 0) Close(_run.Texts.GetAt(0).Value);
    }

    private bool HasEnded(string id, bool isThought) => _run.Ended.Contains(Key(id, isThought));

    private static string Key(string id, bool isThought) => isThought ? $"thought/{id}" : $"text/{id}";
}
