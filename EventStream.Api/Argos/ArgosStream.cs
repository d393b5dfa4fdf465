using System.Collections.Frozen;
using EventStream.Api.Streaming;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Argos;

/// <summary>A job or run of a project, as it is asked for: its session bears its id.</summary>
internal sealed class ArgosStream(IEventBus bus, string projectId, string id, FrozenSet<string> endTypes, string what)
{
    private const int PageEvents = 1000;

    /// <summary>Looks the entity up.</summary>
    /// <exception cref="EventRejectedException">An id breaks the rule for ids.</exception>
    /// <exception cref="StreamNotFoundException">There is no such entity in the project.</exception>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<StreamRequest> RequestAsync(HttpContext context)
    {
        _ = StreamKey.Project(projectId);
        var stream = StreamKey.Session(id);
        var entity = await FindAsync(stream, context.RequestAborted) ?? throw new StreamNotFoundException($"Project '{projectId}' has no {what[(what.IndexOf(' ', StringComparison.Ordinal) + 1)..]} '{id}' with events.");
        return new StreamRequest
        {
            Stream = stream,
            From = StartFrom.Parse(context.Request) with { Earliest = true },
            Filter = EventFilter.All,
            Close = CloseMode.Never,
            HeartbeatEvents = false,
            Dialect = Dialect.Argos,
            Entity = entity,
        };
    }

    private async Task<WatchedEntity?> FindAsync(StreamKey stream, CancellationToken cancellationToken)
    {
        var entity = new WatchedEntity(id, endTypes, EndedAt: null);
        var (belongs, position, hasMore) = (false, Cursor.Zero, true);
        while (hasMore)
        {
            var page = await bus.ReadAsync(stream, position, PageEvents, cancellationToken);
            foreach (var entry in page.Entries)
            {
                position = entry.Cursor;
                belongs = belongs || EnvelopeHead.ReadMember(entry.Envelope.Span, "project_id"u8) == projectId;
                if (EnvelopeHead.TryRead(entry.Envelope.Span, out var head) && entity.IsEndedBy(head.Type, head.RunId)) entity = entity with { EndedAt = entry.Cursor };
            }
            hasMore = page.Entries.Count > 0 && page.HasMore(position);
        }
        return belongs ? entity : null;
    }
}
