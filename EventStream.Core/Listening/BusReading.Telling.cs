using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using Microsoft.Extensions.Logging;

namespace EventStream.Listening;

internal sealed partial class BusReading
{
    private void Pass(LogPlace place, LogEntry entry)
    {
        place.Pass(entry);
        if (Tell(entry.Cursor, entry.Envelope.Span) is not { } passed || !Stream.CanEnd) return;
        switch (EventCatalogue.RoleOf(passed.Type))
        {
            case EventRole.DeletesSession: End(EndMarks.SessionDeleted, entry.Cursor); break;
            case EventRole.EndsSession when Until == StreamUntil.SessionEnds: End(EndMarks.SessionEnded, entry.Cursor); break;
            case EventRole.EndsRun when Until == StreamUntil.RunEnds && passed.RunId == request.Options.RunId: End(EndMarks.RunEnded, entry.Cursor); break;
        }
    }

    /// <summary>Hands over an event that passes the filter.</summary>
    /// <returns>The event; null when the bytes are none.</returns>
    private Event? Tell(Cursor? cursor, ReadOnlySpan<byte> envelope)
    {
        if (EnvelopeReading.Read(envelope) is not { } read || EventCatalogue.RoleOf(read.Type) == EventRole.Control)
        {
            if (!_hasSkipped) LogSkipped(Stream, cursor);
            _hasSkipped = true;
            return null;
        }
        if (request.Filter.Passes(read)) Ready.Enqueue(new StreamEvent(cursor, read));
        return read;
    }

    private void TellGap(LogPlace place, Cursor to)
    {
        Ready.Enqueue(new StreamEvent(to, _events.CreateControl(Stream, new StreamGap { From = place.Position.ToString(), To = to.ToString() })));
        place.Pass(to);
        _maybeEnded = Until != StreamUntil.Deleted;
    }

    private void End(string reason, Cursor at)
    {
        Ready.Enqueue(new StreamEvent(at, _events.CreateControl(Stream, new StreamClosing { Reason = reason, Reconnect = false })));
        IsOver = true;
    }

    [LoggerMessage(3103, LogLevel.Warning, "What stands at {Cursor} of {Stream} is no event that can be read; it and further ones are left out.", EventName = "ListenerSkipped")]
    private partial void LogSkipped(StreamKey stream, Cursor? cursor);
}
