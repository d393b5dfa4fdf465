using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming;

/// <summary>A job or run that is watched as such: its session bears its id, and the stream ends with it.</summary>
/// <param name="Project">The project that it must belong to.</param>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is.</param>
internal sealed record WatchedEntity(string Project, string Id, EntityKind Kind)
{
    /// <summary>Where its log held its end when it was looked up; null when it didn't.</summary>
    public Cursor? EndedAt { get; private init; }

    /// <summary>Whether an event ends the stream: the end that it was known to have, or the first that comes.</summary>
    public bool IsEndedBy(Frame frame) => (EndedAt is not { } known || frame.Cursor >= known) && Ends(frame);

    /// <summary>Looks it up in the log of its session, whose pages all who watch it share.</summary>
    /// <exception cref="StreamNotFoundException">There is no such job or run in the project.</exception>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<WatchedEntity> FindAsync(Feed feed, CancellationToken cancellationToken)
    {
        var (belongs, isOfKind, isOfAnother) = (false, false, false);
        Cursor? endedAt = null;
        var position = Cursor.Zero;
        while (true)
        {
            var page = await feed.ReadLogAsync(position, cancellationToken);
            var first = page.Find(position);
            if (first == page.Frames.Count) break;
            foreach (var frame in page.Frames.Skip(first))
            {
                belongs = belongs || EnvelopeHead.ReadMember(frame.Json.Span, "project_id"u8) == Project;
                isOfKind |= Kind.Has(frame.Type);
                isOfAnother |= Kind.Excludes(frame.Type);
                if (Ends(frame)) endedAt = frame.Cursor;
                position = frame.Cursor!.Value;
            }
        }
        // Steps and messages alone say nothing of the kind.
        return belongs && (isOfKind || !isOfAnother)
            ? this with { EndedAt = endedAt }
            : throw new StreamNotFoundException($"Project '{Project}' has no {Kind.Name} '{Id}' with events.");
    }

    private bool Ends(Frame frame) => Kind.EndTypes.Contains(frame.Type) && (IdIn(frame) ?? Id) == Id;

    private string? IdIn(Frame frame)
    {
        if (Kind.IdMember is not { } member) return frame.RunId;
        using var envelope = JsonDocument.Parse(frame.Json);
        return envelope.RootElement.TryGetProperty("payload", out var payload) && payload.ValueKind == JsonValueKind.Object
            && payload.TryGetProperty(member, out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
    }
}
