using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Listening;

/// <summary>What a <see cref="StreamListener"/> reads: an event of the stream, or what is said about the stream itself.</summary>
/// <param name="Cursor">Where the reader stands after it: <see cref="StartFrom.After"/> goes on there. Null for an event that isn't logged.</param>
/// <param name="Event">The event.</param>
public sealed record StreamEvent(Cursor? Cursor, Event Event)
{
    /// <summary>Whether it says something about the stream: <c>session_stream_started</c>, <c>stream_gap</c> or <c>stream_closing</c>. It stands in no log, and no filter leaves it out.</summary>
    public bool IsControl => EventCatalogue.RoleOf(Event.Type) == EventRole.Control;

    /// <summary>Reads the payload, if the event is of the canonical type that <typeparamref name="T"/> belongs to.</summary>
    /// <param name="payload">The payload; null when it isn't of that type.</param>
    /// <returns>False for events of other types, and for a payload that lacks what <typeparamref name="T"/> requires; it can still be read as JSON.</returns>
    /// <example><code>if (e.Is&lt;AgentMessageDelta&gt;(out var message)) Console.Write(message.Delta);</code></example>
    public bool Is<T>([NotNullWhen(true)] out T? payload) where T : CanonicalPayload
    {
        payload = null;
        if (Event.Type != EventCatalogue.Of(typeof(T)).Name) return false;
        try
        {
            payload = Event.Payload.As<T>();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
