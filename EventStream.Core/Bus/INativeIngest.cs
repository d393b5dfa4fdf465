using EventStream.Events;

namespace EventStream.Bus;

/// <summary>Ingests native events of other systems: the bus normalises them here, HTTP sends them to a server.</summary>
internal interface INativeIngest
{
    /// <summary>Ingests one native event or a JSON array of 1 to 1,000.</summary>
    /// <returns>One receipt per native event.</returns>
    /// <exception cref="EventRejectedException">Names the item and the rule; nothing was stored.</exception>
    /// <exception cref="BusUnavailableException">It is unknown whether they are stored.</exception>
    Task<IReadOnlyList<IngestReceipt>> IngestAsync(string source, ReadOnlyMemory<byte> json, IngestContext context, CancellationToken cancellationToken);
}
