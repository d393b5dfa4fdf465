using EventStream.Api.Publishing;
using EventStream.Bus;

namespace EventStream.Api.Ingest;

/// <summary>The outcome of one native event.</summary>
/// <param name="Line">The number of its line, from 1; absent when the request was JSON.</param>
/// <param name="Outcome"><c>stored</c>, <c>duplicate</c> or <c>run_ended</c>; absent when the line is bad.</param>
/// <param name="Events">The canonical events that it became; none when it only repeats earlier ones.</param>
/// <param name="Error">What is wrong with the line.</param>
internal sealed record IngestAnswer(long? Line, string? Outcome, IReadOnlyList<IngestAnswer.CanonicalEvent>? Events, string? Error)
{
    public static IngestAnswer Of(IngestReceipt receipt, long? line = null) =>
        new(line, receipt.Outcome.Name(), [.. receipt.Events.Select(CanonicalEvent.Of)], Error: null);

    public static IngestAnswer Bad(long line, string error) => new(line, Outcome: null, Events: null, error);

    /// <param name="SessionId">The session it was published to; <c>broadcast</c> when it has none.</param>
    /// <param name="Type">Its canonical name.</param>
    /// <param name="EventId">Its id.</param>
    /// <param name="Id">Its cursor; absent when it wasn't stored.</param>
    /// <param name="Outcome"><c>stored</c>, <c>duplicate</c> or <c>run_ended</c>.</param>
    internal sealed record CanonicalEvent(string SessionId, string Type, string EventId, string? Id, string Outcome)
    {
        public static CanonicalEvent Of(IngestedEvent ingested) => new(
            ingested.SessionId, ingested.Type, ingested.Receipt.EventId, ingested.Receipt.Cursor?.ToString(), ingested.Receipt.Outcome.Name());
    }
}
