using System.Text.Json;
using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Delivery;

/// <summary>Finds a job or run that is watched as such, and its end.</summary>
internal static class EntityLookup
{
    /// <summary>Looks it up in the log of its session, whose pages all who watch it share.</summary>
    /// <exception cref="StreamNotFoundException">There is no such job or run in the project.</exception>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public static async Task<WatchedEntity> FindAsync(WatchedEntity entity, Feed feed, CancellationToken cancellationToken)
    {
        var (belongs, isOfKind, isOfAnother) = (false, false, false);
        Cursor? endedAt = null;
        var position = Cursor.Zero;
        while (true)
        {
            var page = await feed.Reads.ReadLogAsync(position, cancellationToken);
            var first = page.Find(position);
            if (first == page.Frames.Count) break;
            foreach (var frame in page.Frames.Skip(first))
            {
                belongs = belongs || EnvelopeHead.ReadMember(frame.Json.Span, "project_id"u8) == entity.Project;
                isOfKind |= entity.Kind.Has(frame.Type);
                isOfAnother |= entity.Kind.Excludes(frame.Type);
                if (Ends(entity, frame)) endedAt = frame.Cursor;
                position = frame.Cursor!.Value;
            }
        }
        // Steps and messages alone say nothing of the kind.
        return belongs && (isOfKind || !isOfAnother)
            ? entity with { EndedAt = endedAt }
            : throw new StreamNotFoundException($"Project '{entity.Project}' has no {entity.Kind.Name} '{entity.Id}' with events.");
    }

    /// <summary>Whether a frame ends the stream: the end that the entity was known to have, or the first that comes.</summary>
    public static bool IsEndedBy(this WatchedEntity entity, Frame frame) => (entity.EndedAt is not { } known || frame.Cursor >= known) && Ends(entity, frame);

    private static bool Ends(WatchedEntity entity, Frame frame) => entity.Kind.EndTypes.Contains(frame.Type) && (IdIn(entity, frame) ?? entity.Id) == entity.Id;

    private static string? IdIn(WatchedEntity entity, Frame frame)
    {
        if (entity.Kind.IdMember is not { } member) return frame.RunId;
        using var envelope = JsonDocument.Parse(frame.Json);
        return envelope.RootElement.TryGetProperty("payload", out var payload) && payload.ValueKind == JsonValueKind.Object
            && payload.TryGetProperty(member, out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
    }
}
