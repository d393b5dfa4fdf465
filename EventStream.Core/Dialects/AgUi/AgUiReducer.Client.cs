using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects.AgUi;

/// <summary>What one client is told of the run that it asked for.</summary>
internal sealed partial class AgUiReducer
{
    // How the client's run ended, or came to wait for a person.
    private ReadOnlyMemory<byte>? _end;
    private bool _hasStart;
    private bool _hasMore;

    private void OpenFor(AgUiClient reader, in DialectEvent next)
    {
        var isHeld = reader.Place is not null && StoredEvent.Read(next.Envelope.Span) is { } greeting && JsonText.MemberText(greeting.Payload, "resume") == "full";
        var goesOn = isHeld && reader.Place is { IsInOpening: false };
        // Behind its place a client is told the end by the log.
        var hasEnded = reader.IsHistory || NoteOf(reader.RunId).IsOver || (reader.HasEnded && !isHeld);
        var interrupts = hasEnded ? null : Interrupts(reader.RunId);
        var told = Become(reader);
        IsOver = false;
        if (!goesOn) TellSoFar(reader, told, isLost: hasEnded && _end is null && !reader.IsHistory);
        if (interrupts is not null) Interrupt(interrupts);
        else if (hasEnded && _end is { } end) _writer.Again(end);
        else if (reader.IsHistory) Finish(json => json);
        else if (hasEnded) Fail("The log no longer holds how this run ended.", "log_lost");
        IsOver = hasEnded || interrupts is not null;
    }

    private void TellSoFar(AgUiClient reader, AgUiRun told, bool isLost)
    {
        TellRunStarted(told);
        // It may go on and have been forgotten, when it has told more than the log holds.
        if (reader.IsNew && !_hasMore) return;
        var isWhole = TellHistory(withOpen: !reader.ForgetsOpen) && !reader.ForgetsOpen;
        RestateShared();
        // What came before may be missing from the snapshot, too.
        if ((!_hasStart && !reader.IsHistory) || isLost) _writer.Event("CUSTOM", null, json => json.Text("name", "log_truncated").Raw("value", new PayloadWriter().BeginNative().Text("run_id", reader.RunId).Finish().Utf8.Span));
        TellOpen(told, isWhole);
    }

    private void NoteStart(string type)
    {
        var isStart = type is "run_requested" or "run_created" or "run_started";
        _hasStart |= isStart && !_hasMore;
        _hasMore |= !isStart;
    }

    /// <summary>Makes the client's run the one that is told, without a word.</summary>
    private AgUiRun Become(AgUiClient reader)
    {
        if (_told is { } told && told.Id == reader.RunId) return told;
        var (output, unheard) = (_writer.Output, new List<DialectMessage>());
        _writer.WriteTo(unheard, timestamp: null);
        Begin(reader.RunId);
        _writer.WriteTo(output, timestamp: null);
        return _told!;
    }

    /// <summary>Gives the messages of an event the places that the client can come back with, and leaves out what it was told before.</summary>
    private void Place(in DialectEvent next, List<DialectMessage> output, bool isOpening)
    {
        if (next.Cursor is not { } cursor) return;
        for (var i = 0; i < output.Count - 1; i++) output[i] = output[i] with { Id = isOpening ? AgUiPlace.InOpening(cursor, i + 1) : AgUiPlace.Behind(cursor, i + 1) };
        if (client!.Place is not { } place) return;
        // A client takes no place twice; the end that is told again needs one of its own.
        if (isOpening && output.Count > 0 && place.Start == cursor && !place.IsInOpening) output[^1] = output[^1] with { Id = AgUiPlace.End(cursor) };
        var isHere = place.IsInOpening == isOpening && (isOpening ? place.Start == cursor : place.Start == cursor.Previous);
        if (isHere) output.RemoveRange(0, Math.Min(place.Skip, output.Count));
    }
}
