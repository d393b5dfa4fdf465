using EventStream.Bus;
using EventStream.Events;
using EventStream.Sources;

namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    private readonly INativeIngest? _ingest;

    /// <summary>Publishes native events of another system as the canonical ones that they mean, and waits until they are stored.</summary>
    /// <remarks>
    /// Events queued before may be stored later: <see cref="FlushAsync"/> first where the order matters. What native events leave open
    /// (messages, tool calls) is known from the session's log. Native events with an id of their own are stored once, however often they come.
    /// </remarks>
    /// <param name="source">The vocabulary: <c>eddie</c>, <c>adk</c>, <c>argos</c>, <c>cognesy</c>, <c>ya-agent</c>, <c>openai</c>, <c>anthropic</c>, or <c>auto</c>.</param>
    /// <param name="json">One native event, or a JSON array of 1 to 1,000.</param>
    /// <param name="context">What they don't say themselves, such as the session.</param>
    /// <param name="cancellationToken">Ends the wait; they may be stored all the same.</param>
    /// <returns>One receipt an item, in order.</returns>
    /// <exception cref="EventRejectedException">The source is unknown, or an item breaks a rule; nothing was stored.</exception>
    /// <exception cref="BusUnavailableException">The bus didn't answer within the retry budget; whether they are stored is unknown.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher was disposed.</exception>
    /// <exception cref="NotSupportedException">The dispatcher publishes to an appender that neither reads nor takes native events.</exception>
    public Task<IReadOnlyList<IngestReceipt>> PublishFromAsync(string source, string json, IngestContext? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(json);
        lock (_lock) ObjectDisposedException.ThrowIf(_disposal is not null, this);
        if (_ingest is null) throw new NotSupportedException("Native events need a bus that can be read, or a server: an IEventBus or an HttpEventAppender.");
        return _ingest.IngestAsync(source, JsonEncoder.ToUtf8(json), context ?? new IngestContext(), cancellationToken);
    }

    private static INativeIngest? IngestOf(IEventAppender appender, DispatcherOptions options, TimeProvider time) => appender switch
    {
        INativeIngest ingest => ingest,
        IEventBus bus => new BusIngest(bus, options.RetryBudget, time),
        _ => null,
    };
}
