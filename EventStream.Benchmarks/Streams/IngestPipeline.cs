using EventStream.Bus;
using EventStream.Events;
using EventStream.Sessions;
using EventStream.Sources;

namespace EventStream.Benchmarks.Streams;

/// <summary>Ingests without a bus: from JSON to canonical events, each folded into the state of its session.</summary>
/// <param name="source">The name of the vocabulary.</param>
/// <param name="context">What the request would add to the events; nothing when absent.</param>
internal sealed class IngestPipeline(string source, IngestContext? context = null)
{
    private static readonly EventFactory Factory = new(TimeProvider.System);

    private readonly IngestContext _context = context ?? new IngestContext();
    private readonly ISourceNormaliser _source = SourceCatalogue.Find(source) ?? throw new BenchmarkException($"There is no source {source}.");
    private readonly List<NativeEvent> _natives = [];
    private SessionState _state = SessionState.Empty;

    /// <summary>Ingests frames of one session, as one request would.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="take">Receives the canonical events, some at a time.</param>
    public void Ingest(ReadOnlySpan<byte[]> frames, Action<IReadOnlyList<Event>> take)
    {
        _natives.Clear();
        foreach (var frame in frames) _natives.AddRange(NativeReader.Read(NativeReader.Parse(frame), _source, _context));
        var output = new NormalisedEvents(Factory, TimeProvider.System);
        for (var first = 0; first < _natives.Count;)
        {
            var batch = SourceBatch.From(_natives, first, _state, output, out _);
            take(batch.Events);
            (first, _state) = (first + batch.Counts.Count, batch.State);
        }
    }
}
