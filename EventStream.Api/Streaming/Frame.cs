using System.Buffers;
using System.Globalization;
using System.Text;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming;

/// <summary>The encoded bytes of one event, shared by all subscribers, and what filters and endings ask of it.</summary>
internal sealed class Frame
{
    private RenamedFrame? _renamed;

    private Frame(Cursor? cursor, string type, string? runId, ReadOnlyMemory<byte> bytes) =>
        (Cursor, Type, RunId, Bytes, Role) = (cursor, type, runId, bytes, EventCatalogue.RoleOf(type));

    /// <summary>The event's position; null when it isn't logged.</summary>
    public Cursor? Cursor { get; }

    public string Type { get; }

    public string? RunId { get; }

    public EventRole Role { get; }

    // Windows and pages count these bytes alone; each other naming that somebody watches under adds about as many.
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The envelope of an event of the log; empty for other frames.</summary>
    public ReadOnlyMemory<byte> Envelope { get; private init; }

    /// <summary>When the event was published; null when its envelope doesn't say.</summary>
    public DateTimeOffset? PublishedAt { get; private init; }

    /// <summary>Whether it names events that are gone.</summary>
    public bool IsGap => Type == "stream_gap";

    /// <summary>Encodes an event of the log. An entry that isn't an envelope becomes a block that only moves the cursor.</summary>
    public static Frame Of(LogEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>(entry.Envelope.Length + 128);
        if (!EnvelopeHead.TryRead(entry.Envelope.Span, out var head))
        {
            SseFormat.WriteIdOnly(buffer, entry.Cursor);
            return new Frame(entry.Cursor, "", null, buffer.WrittenMemory);
        }
        SseFormat.WriteFrame(buffer, entry.Cursor, Encoding.ASCII.GetBytes(head.Type), entry.Envelope.Span);
        return new Frame(entry.Cursor, head.Type, head.RunId, buffer.WrittenMemory) { PublishedAt = Time(head.Timestamp), Envelope = buffer.WrittenMemory[^(entry.Envelope.Length + 2)..^2] };
    }

    /// <summary>Encodes an event that others published without logging it.</summary>
    public static Frame OfUnlogged(Event unlogged) => Of(unlogged, cursor: null);

    /// <summary>Encodes an event that the server says itself.</summary>
    /// <param name="control">The event.</param>
    /// <param name="cursor">Where the client stands after it; null leaves its position alone.</param>
    /// <param name="retryMs">How long the client shall wait before it reconnects.</param>
    public static Frame Of(Event control, Cursor? cursor, int? retryMs = null)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        if (retryMs is { } retry) SseFormat.WriteRetryLine(buffer, retry);
        SseFormat.WriteFrame(buffer, cursor, Encoding.ASCII.GetBytes(control.Type), EventWriter.ToUtf8(control));
        return new Frame(cursor, control.Type, control.RunId, buffer.WrittenMemory);
    }

    /// <summary>The block under the names that a client asks for; each is encoded once, for all who do.</summary>
    public ReadOnlyMemory<byte> BytesUnder(Naming naming)
    {
        if (naming == Naming.Canonical) return Bytes;
        if (_renamed is null) Interlocked.CompareExchange(ref _renamed, new RenamedFrame(this), null);
        return _renamed.Bytes(naming);
    }

    /// <summary>Whether it is this event of the log; a frame that isn't one stands for whatever is at its position.</summary>
    public bool Is(LogEntry entry) => Cursor == entry.Cursor && (Envelope.IsEmpty || EnvelopeHead.IsSameEvent(Envelope.Span, entry.Envelope.Span));

    private static DateTimeOffset? Time(string? timestamp) =>
        DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
