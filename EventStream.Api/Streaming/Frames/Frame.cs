using System.Buffers;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Api.Streaming.Frames;

/// <summary>The encoded bytes of one event, shared by all subscribers, and what filters and endings ask of it.</summary>
internal sealed class Frame
{
    private FrameForms? _forms;
    private string? _sessionId;

    private Frame(Cursor? cursor, string type, string? runId, ReadOnlyMemory<byte> bytes, int jsonLength) =>
        (Cursor, Type, RunId, Bytes, Json, Role) = (cursor, type, runId, bytes, jsonLength == 0 ? default : bytes[^(jsonLength + 2)..^2], EventCatalogue.RoleOf(type));

    /// <summary>The event's position; null when it isn't logged.</summary>
    public Cursor? Cursor { get; }

    public string Type { get; }

    public string? RunId { get; }

    public EventRole Role { get; }

    /// <summary>The session that the event was published to; empty when its envelope doesn't say.</summary>
    public string SessionId => _sessionId ??= EnvelopeHead.ReadMember(Json.Span, "session_id"u8) ?? "";

    /// <summary>The block of Server-Sent Events in the canonical dialect.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What a window counts of it.</summary>
    // Each other form that a client asks for adds about as many bytes, which aren't counted; one that tells everything anew, such as a snapshot, many times as many.
    public long HeldBytes => Bytes.Length + (_forms?.FoldedBytes is { } folded && folded > Bytes.Length ? 2 * folded : 0);

    /// <summary>The envelope in it; empty when the block only moves the cursor.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>How long the client shall wait before it reconnects; null leaves that as it is.</summary>
    public int? RetryMs { get; private init; }

    /// <summary>When the event was published; null when its envelope doesn't say.</summary>
    public DateTimeOffset? PublishedAt { get; private init; }

    /// <summary>Whether it is an event of the log.</summary>
    public bool IsLogged { get; private init; }

    /// <summary>Whether it names events that are gone.</summary>
    public bool IsGap => Type == "stream_gap";

    /// <summary>Encodes an event of the log. An entry that isn't an envelope becomes a block that only moves the cursor.</summary>
    public static Frame Of(LogEntry entry) => Of(entry, sessionId: null, projectId: null);

    /// <summary>Encodes an event that was announced with its position. One that names another stream is no event.</summary>
    public static Frame OfAnnounced(LogEntry entry, StreamKey stream) => Of(entry, stream.SessionId, stream.ProjectId);

    private static Frame Of(LogEntry entry, string? sessionId, string? projectId)
    {
        if (EnvelopeHead.TryRead(entry.Envelope.Span, out var head, sessionId, projectId)) return Of(entry.Cursor, head.Type, head.RunId, entry.Envelope.Span, head.Timestamp, isLogged: true);
        var buffer = new ArrayBufferWriter<byte>(SseFormat.MaxIdOnlyBytes);
        SseFormat.WriteIdOnly(buffer, entry.Cursor);
        return new Frame(entry.Cursor, "", null, buffer.WrittenMemory, jsonLength: 0);
    }

    /// <summary>Encodes an event that others published without logging it.</summary>
    /// <param name="envelope">The whole envelope, as it was checked.</param>
    public static Frame OfUnlogged(ReadOnlyMemory<byte> envelope) => EnvelopeHead.TryRead(envelope.Span, out var head)
        ? Of(cursor: null, head.Type, head.RunId, envelope.Span, publishedAt: null, isLogged: false)
        : throw new ArgumentException("This is no envelope.", nameof(envelope));

    /// <summary>Encodes an event that the server says itself.</summary>
    /// <param name="control">The event.</param>
    /// <param name="cursor">Where the client stands after it; null leaves its position alone.</param>
    /// <param name="retryMs">How long the client shall wait before it reconnects.</param>
    public static Frame Of(Event control, Cursor? cursor, int? retryMs = null) =>
        Of(cursor, control.Type, control.RunId, EventWriter.ToUtf8(control), publishedAt: null, isLogged: false, retryMs);

    private static Frame Of(Cursor? cursor, string type, string? runId, ReadOnlySpan<byte> json, DateTimeOffset? publishedAt, bool isLogged, int? retryMs = null)
    {
        var buffer = new ArrayBufferWriter<byte>(SseFormat.MaxFrameBytes(type.Length, json.Length));
        if (retryMs is { } retry) SseFormat.WriteRetryLine(buffer, retry);
        SseFormat.WriteFrame(buffer, cursor, type, json);
        return new Frame(cursor, type, runId, buffer.WrittenMemory, json.Length) { PublishedAt = publishedAt, IsLogged = isLogged, RetryMs = retryMs };
    }

    /// <summary>What a dialect is given of it.</summary>
    public DialectEvent ForDialects => new(Type, Json) { Cursor = Cursor };

    /// <summary>The block of Server-Sent Events in a shared dialect, or a folded one that the frame was folded in; made once, for all who ask.</summary>
    public ReadOnlyMemory<byte> BlockIn(IDialect dialect) => dialect == DialectCatalogue.Canonical ? Bytes : Forms.BlockIn(dialect);

    /// <summary>The texts of WebSocket likewise; none when the dialect has no words for the event.</summary>
    public ReadOnlyMemory<byte>[] TextsIn(IDialect dialect) => Forms.TextsIn(dialect);

    /// <summary>Keeps what a folded dialect says of it in this place of the log.</summary>
    public void Fold(IDialect dialect, List<DialectMessage> messages) => Forms.Fold(dialect, messages);

    /// <summary>Whether it holds what a folded dialect says of it.</summary>
    public bool IsFoldedIn(IDialect dialect) => _forms?.MessagesIn(dialect) is not null;

    /// <summary>Whether it is this event of the log; a frame that isn't one stands for whatever is at its position.</summary>
    public bool Is(LogEntry entry) => Cursor == entry.Cursor && (!IsLogged || EnvelopeHead.IsSameEvent(Json.Span, entry.Envelope.Span));

    private FrameForms Forms
    {
        get
        {
            if (_forms is null) Interlocked.CompareExchange(ref _forms, new FrameForms(this), null);
            return _forms;
        }
    }
}
