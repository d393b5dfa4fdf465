using EventStream.Events;

namespace EventStream.Dialects;

/// <summary>A format in which clients read streams. It decides which messages an event becomes; the transport sends them.</summary>
/// <remarks>Synchronous, without I/O. It knows neither HTTP nor sockets.</remarks>
internal interface IDialect
{
    /// <summary>Its name, by which clients ask for it.</summary>
    string Name { get; }

    /// <summary>What its messages follow from.</summary>
    DialectKind Kind { get; }

    /// <summary>The media type of a response in this dialect.</summary>
    string ContentType => "text/event-stream";

    /// <summary>Further headers of a response in this dialect.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Headers => [];

    /// <summary>Whether its clients take any clean end of the stream, or missing events, for success: the connection is cut instead, except at an end that the log tells.</summary>
    bool IsCutShort => false;

    /// <summary>Whether this instance tells of something that a client should read to its end before it is sent to another connection.</summary>
    bool IsBusy => false;

    /// <summary>Whether the client of this instance has been told all that it asked for: its stream ends in peace.</summary>
    bool IsOver => false;

    /// <summary>About how many bytes this instance holds of what it was given.</summary>
    long HeldBytes => 0;

    /// <summary>Whether its clients read one run, from its first event to its end.</summary>
    bool IsOfOneRun => false;

    /// <summary>Whether an event of that type ends the stream for its clients until somebody answers it.</summary>
    bool IsPausedBy(string type) => false;

    /// <summary>An instance that was given no event yet; a shared dialect is its own.</summary>
    IDialect Begin() => this;

    /// <summary>What an event of the log becomes, or one that was published without being logged.</summary>
    void WriteEvent(in DialectEvent next, List<DialectMessage> output);

    /// <summary>What the terminal event of a run becomes.</summary>
    void WriteTerminal(in DialectEvent next, List<DialectMessage> output) => WriteEvent(next, output);

    /// <summary>What the greeting becomes: <c>session_stream_started</c> with the verdict on the client's cursor.</summary>
    void WriteOpening(in DialectEvent next, List<DialectMessage> output) => WriteEvent(next, output);

    /// <summary>What a <c>heartbeat</c> becomes, when the client asked for heartbeats.</summary>
    void WriteHeartbeat(in DialectEvent next, List<DialectMessage> output) => WriteEvent(next, output);

    /// <summary>What <c>stream_gap</c> becomes: the notice that events are lost for good.</summary>
    void WriteGap(in DialectEvent next, List<DialectMessage> output) => WriteEvent(next, output);

    /// <summary>What <c>stream_closing</c> becomes: the notice that the server ends the stream.</summary>
    void WriteClosing(in DialectEvent next, List<DialectMessage> output) => WriteEvent(next, output);

    /// <summary>Puts the cursor into a message, for transports that have no field for it.</summary>
    ReadOnlyMemory<byte> WithCursor(Cursor cursor, ReadOnlyMemory<byte> data) => data;

    /// <summary>A message that others of the same event follow, in the shape of those that hold a cursor: a client that has read it alone hasn't read the event.</summary>
    ReadOnlyMemory<byte> WithoutCursor(ReadOnlyMemory<byte> data) => data;
}
