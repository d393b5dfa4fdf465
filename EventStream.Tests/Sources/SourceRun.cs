using System.Text;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Events;
using EventStream.Sources;
using Xunit;

namespace EventStream.Tests.Sources;

/// <summary>Ingests native events on a new bus and reads what was stored.</summary>
internal sealed class SourceRun(IEventBus? bus = null)
{
    private readonly IEventBus _bus = bus ?? new InMemoryEventBus();
    private SourceIngest? _ingest;
    private readonly List<Event> _stored = [];

    /// <summary>The stored events, in the order in which they were ingested.</summary>
    public IReadOnlyList<Event> Stored => _stored;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Ingests native frames or JSON arrays of them, one request each.</summary>
    public async Task<IReadOnlyList<IngestReceipt>> IngestAsync(string source, string json, IngestContext? context = null)
    {
        var receipts = new List<IngestReceipt>();
        using var document = JsonDocument.Parse(json);
        foreach (var frame in document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement.EnumerateArray().ToList() : [document.RootElement])
            receipts.AddRange(await IngestTogetherAsync(source, context, frame.GetRawText()));
        return receipts;
    }

    /// <summary>Ingests native frames in one request.</summary>
    public async Task<IReadOnlyList<IngestReceipt>> IngestTogetherAsync(string source, IngestContext? context, params string[] frames)
    {
        var normaliser = SourceCatalogue.Get(source);
        var natives = frames.Select(frame => NativeReader.Read(NativeReader.Parse(Encoding.UTF8.GetBytes(frame)), normaliser, context ?? new IngestContext())).ToList();
        _ingest ??= new SourceIngest(_bus, TimeProvider.System);
        var receipts = await _ingest.IngestAsync(natives, broadcast: false, async (request, cancellation) => await _bus.AppendAsync(request, cancellation), cancellationToken: Cancellation);
        foreach (var ingested in receipts.SelectMany(receipt => receipt.Events).Where(ingested => ingested.Receipt.Outcome == AppendOutcome.Stored))
            _stored.Add((await LogAsync(ingested.SessionId)).Single(logged => logged.EventId == ingested.Receipt.EventId));
        return receipts;
    }

    /// <summary>The whole log of a session, or of broadcast.</summary>
    public async Task<IReadOnlyList<Event>> LogAsync(string session)
    {
        var stream = session == EventRules.ReservedSessionId ? StreamKey.Broadcast : StreamKey.Session(session);
        var page = await _bus.ReadAsync(stream, Cursor.Zero, 10_000, Cancellation);
        return [.. page.Entries.Select(entry => EventReader.ReadLogged(entry.Envelope.Span))];
    }
}
