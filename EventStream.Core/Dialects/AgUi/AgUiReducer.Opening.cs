namespace EventStream.Dialects.AgUi;

/// <summary>What a client is told that joins in the middle.</summary>
internal sealed partial class AgUiReducer
{
    public void WriteOpening(in DialectEvent next, List<DialectMessage> output)
    {
        _writer.WriteTo(output, timestamp: null);
        if (_told is { } told)
        {
            TellRunStarted(told);
            if (_history.IsWhole) TellHistory();
            RestateShared();
            foreach (var (subagent, isOpen) in told.Subagents) if (isOpen) TellSubagentStarted(told, subagent);
            foreach (var message in _history.Open)
            {
                TellStart(message);
                // The snapshot holds the text.
                if (!_history.IsWhole && message.Text.Length > 0) TellContent(message, $"{message.Text}");
            }
            foreach (var (name, owner) in told.Steps.Values) _writer.Event("STEP_STARTED", owner, json => json.Text("stepName", name));
        }
        else if (_last is { } last && _history.IsWhole && (!_history.IsEmpty || _shared is { IsCut: false }))
        {
            // A snapshot stands in a run: the last one is told again.
            TellRunStarted(last.Run);
            TellHistory();
            RestateShared();
            _writer.Again(last.End);
        }
    }

    private void TellHistory()
    {
        if (!_history.IsEmpty) _writer.Event("MESSAGES_SNAPSHOT", null, json => json.Raw("messages", _history.ToJson()));
    }

    /// <summary>Tells the whole conversation anew: a client can only add to a message by other events.</summary>
    private void Restate(string? owner)
    {
        if (_history.IsWhole) TellHistory();
        else _writer.Custom(_event, owner);
    }
}
