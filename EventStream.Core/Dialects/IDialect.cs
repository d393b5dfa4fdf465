using EventStream.Events;

namespace EventStream.Dialects;

/// <summary>A language that clients read streams in. It says which messages an event becomes; how they reach the client is the transport's business.</summary>
/// <remarks>Synchronous, without I/O. It knows neither HTTP nor sockets.</remarks>
internal interface IDialect
{
    /// <summary>Its name, in requests and in logs.</summary>
    string Name { get; }

    /// <summary>Whether its messages are a function of the event alone, so that they are made once for all clients. Otherwise each connection has a dialect of its own, which remembers what it said.</summary>
    bool IsShared { get; }

    /// <summary>The media type of a response in this dialect.</summary>
    string ContentType => "text/event-stream";

    /// <summary>Further headers of a response in this dialect.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Headers => [];

    /// <summary>The dialect of one connection: this one when it is shared, else one that has said nothing yet.</summary>
    IDialect ForConnection() => this;

    /// <summary>What an event of the log becomes, or one that was published without being logged.</summary>
    void WriteEvent(in DialectEvent next, List<DialectMessage> output);

    /// <summary>What the terminal event of a run becomes.</summary>
    void WriteTerminal(in DialectEvent next, List<DialectMessage> output) => WriteEvent(next, output);

    /// <summary>What the greeting becomes: <c>session_stream_started</c> with the verdict on the client's cursor.</summary>
    void WriteOpening(in DialectEvent next, List<DialectMessage> output) => WriteEvent(next, output);

    /// <summary>What a heartbeat becomes that the client asked to see.</summary>
    void WriteHeartbeat(in DialectEvent next, List<DialectMessage> output) => WriteEvent(next, output);

    /// <summary>What the news becomes that events are gone for good: <c>stream_gap</c>.</summary>
    void WriteGap(in DialectEvent next, List<DialectMessage> output) => WriteEvent(next, output);

    /// <summary>What the farewell becomes, when the server ends the stream: <c>stream_closing</c>.</summary>
    void WriteClosing(in DialectEvent next, List<DialectMessage> output) => WriteEvent(next, output);

    /// <summary>Puts the cursor into a message, for transports that have no field for it.</summary>
    ReadOnlyMemory<byte> WithCursor(Cursor cursor, ReadOnlyMemory<byte> data) => data;
}
