using System.Text;
using EventStream.Api.History;
using EventStream.Api.Streaming.Feeds;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Dialects.AgUi;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources;

namespace EventStream.Api.AgUi;

/// <summary>Reads a session as a conversation, in the form in which TanStack AI keeps it.</summary>
internal sealed class ThreadReader(BulkReads reads, SourceIngest states, HistoryPlaces places)
{
    /// <summary>The conversation and the run that goes on, as JSON; null when too many wait for one.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<byte[]?> ReadAsync(StreamKey stream, CancellationToken cancellationToken)
    {
        using var place = await places.TakeAsync(cancellationToken);
        if (place is null) return null;
        var told = await FoldAsync(stream, cancellationToken);
        var state = await states.ReadStateAsync(stream, cancellationToken);
        var open = state.Runs.Where(run => run.Value is { IsEnded: false, ParentRunId: null }).Select(run => run.Key).LastOrDefault();
        var json = new PayloadWriter().BeginNative().Raw("messages", told.History.ToUiMessages());
        if (open is null) json.Null("activeRun");
        else json.Object("activeRun", new PayloadWriter().BeginNative().Text("runId", open).Finish());
        if (open is not null && told.Interrupts(open) is { } pending) json.Object("interrupts", new PayloadWriter().BeginNative().Text("runId", open).Raw("pending", Encoding.UTF8.GetBytes(pending)).Finish());
        return json.Finish().Utf8.ToArray();
    }

    private async Task<AgUiReducer> FoldAsync(StreamKey stream, CancellationToken cancellationToken)
    {
        var reducer = new AgUiReducer();
        var unheard = new List<DialectMessage>();
        for (var position = Cursor.Zero; ;)
        {
            var page = await reads.ReadAsync(stream, position, BulkReads.MaxEvents, cancellationToken);
            foreach (var entry in page.Entries)
            {
                position = entry.Cursor;
                if (!EnvelopeHead.TryRead(entry.Envelope.Span, out var head)) continue;
                reducer.WriteEvent(new DialectEvent(head.Type, entry.Envelope) { Cursor = entry.Cursor }, unheard);
                unheard.Clear();
            }
            if (page.Entries.Count == 0 || !page.HasMore(position)) return reducer;
        }
    }
}
