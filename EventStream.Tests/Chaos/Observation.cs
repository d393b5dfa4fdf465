using System.Net;
using System.Net.WebSockets;
using EventStream.Events;

namespace EventStream.Tests.Chaos;

/// <summary>What a client received, in order, over all its connections.</summary>
internal abstract record Observation
{
    /// <summary>The first frame of a connection.</summary>
    /// <param name="Verdict"><c>full</c>, <c>partial</c> or <c>none</c>.</param>
    /// <param name="Cursor">The position before the first event that follows.</param>
    public sealed record Joined(string Verdict, Cursor Cursor) : Observation;

    public sealed record Seen(NumberedEvent Event, Cursor Cursor) : Observation;

    /// <summary><c>stream_gap</c>: the events after one position up to the other are gone.</summary>
    public sealed record Gap(Cursor From, Cursor To) : Observation;

    public sealed record Closing(string Reason) : Observation;

    /// <summary>An answer after which EventSource never reconnects.</summary>
    public sealed record Stopped(HttpStatusCode Status) : Observation;

    /// <summary>A close code after which a WebSocket client never reconnects.</summary>
    public sealed record Closed(WebSocketCloseStatus Status) : Observation;

    /// <summary>The client received so much that it stopped recording.</summary>
    public sealed record Flooded : Observation;
}
