namespace EventStream.Dialects.AgUi;

/// <summary>What a client is told that joins in the middle.</summary>
internal sealed partial class AgUiReducer
{
    // A client takes no frame above 10 MB.
    private const int MaxSnapshotBytes = 8 * 1024 * 1024;

    public void WriteOpening(in DialectEvent next, List<DialectMessage> output)
    {
        _writer.WriteTo(output, timestamp: null);
        if (client is not null)
        {
            OpenFor(client, next);
            Place(next, output, isOpening: true);
        }
        else if (_told is { } told)
        {
            TellRunStarted(told);
            var isWhole = TellHistory();
            RestateShared();
            TellOpen(told, isWhole);
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

    /// <summary>Tells what is open.</summary>
    /// <param name="told">The run.</param>
    /// <param name="isWhole">Whether a snapshot holds the texts.</param>
    private void TellOpen(AgUiRun told, bool isWhole)
    {
        foreach (var (subagent, isOpen) in told.Subagents) if (isOpen) TellSubagentStarted(told, subagent);
        foreach (var message in _history.Open)
        {
            TellStart(message);
            if (!isWhole && message.Text.Length > 0) TellContent(message, $"{message.Text}");
        }
        foreach (var (name, owner) in told.Steps.Values) _writer.Event("STEP_STARTED", owner, json => json.Text("stepName", name));
    }

    /// <summary>Tells the whole conversation.</summary>
    /// <param name="withOpen">Whether with the messages that are still being told.</param>
    /// <returns>Whether it could: some of it may be forgotten, or be more than a client takes.</returns>
    private bool TellHistory(bool withOpen = true)
    {
        if (!_history.IsWhole) return false;
        var posted = client?.Posted ?? [];
        if (_history.IsEmpty && posted.Count == 0) return true;
        var messages = _history.ToJson(posted, withOpen);
        if (messages.Length > MaxSnapshotBytes) return false;
        _writer.Event("MESSAGES_SNAPSHOT", null, json => json.Raw("messages", messages));
        return true;
    }

    /// <summary>Tells the whole conversation anew: a client can only add to a message by other events.</summary>
    private void Restate(string? owner)
    {
        if (!TellHistory()) _writer.Custom(_event, owner);
    }
}
