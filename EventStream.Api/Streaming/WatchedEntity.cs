using System.Collections.Frozen;
using EventStream.Events;

namespace EventStream.Api.Streaming;

/// <summary>A job or run that is watched as such: its session bears its id, and the stream ends with it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="EndTypes">The types that end it.</param>
/// <param name="EndedAt">Where its log held such an event when it was asked for; null when it didn't.</param>
internal sealed record WatchedEntity(string Id, FrozenSet<string> EndTypes, Cursor? EndedAt)
{
    public bool IsEndedBy(string type, string? runId) => EndTypes.Contains(type) && (runId is null || runId == Id);
}
