using EventStream.Events;

namespace EventStream.Bus;

/// <summary>Takes native events of other systems in: the bus by normalising them here, HTTP by handing them to a server.</summary>
internal interface INativeIngest
{
    /// <summary>Takes one native event or a JSON array of 1 to 1,000 in.</summary>
    /// <returns>One receipt an item.</returns>
    /// <exception cref="EventRejectedException">Names the item and the rule; nothing was stored.</exception>
    /// <exception cref="Bus.BusUnavailableException">It isn't known whether they are stored.</exception>
    Task<IReadOnlyList<IngestReceipt>> IngestAsync(string source, ReadOnlyMemory<byte> json, IngestContext context, CancellationToken cancellationToken);
}
