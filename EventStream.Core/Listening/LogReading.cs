using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Listening;

/// <summary>Reads what a bus holds at once, for tests and tools that don't listen.</summary>
public static class LogReading
{
    /// <summary>All events that the log of a session holds, in order.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    /// <exception cref="EventRejectedException">The id breaks the rule for ids.</exception>
    /// <example>
    /// <code>
    /// var log = await bus.EventsAsync("demo");
    /// Assert.Equal("search", log.Of&lt;ToolCallStarted&gt;().Single().ToolName);
    /// </code>
    /// </example>
    public static Task<IReadOnlyList<StreamEvent>> EventsAsync(this IEventBus bus, string sessionId, CancellationToken cancellationToken = default) =>
        EventsAsync(bus, StreamKey.Session(sessionId), cancellationToken);

    /// <summary>All events that the log of a stream holds, in order.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public static async Task<IReadOnlyList<StreamEvent>> EventsAsync(this IEventBus bus, StreamKey stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bus);
        var events = new List<StreamEvent>();
        var after = Cursor.Zero;
        while (true)
        {
            var page = await bus.ReadAsync(stream, after, EventLimits.MaxBatchEvents, cancellationToken).ConfigureAwait(false);
            events.AddRange(page.Entries.Select(entry => (entry.Cursor, Event: EnvelopeReading.Read(entry.Envelope.Span))).Where(entry => entry.Event is not null).Select(entry => new StreamEvent(entry.Cursor, entry.Event!)));
            if (page.Entries.Count == 0 || !page.HasMore(after)) return events;
            after = page.Entries[^1].Cursor;
        }
    }

    /// <summary>The payloads of one canonical type, in order; events of other types are left out.</summary>
    /// <param name="events">The events.</param>
    public static IEnumerable<T> Of<T>(this IEnumerable<StreamEvent> events) where T : CanonicalPayload
    {
        ArgumentNullException.ThrowIfNull(events);
        foreach (var told in events)
        {
            if (told.Is<T>(out var payload)) yield return payload;
        }
    }
}
