using EventStream.Events;

namespace EventStream.Api.Streaming.Requests;

/// <summary>A job or run that is watched as such: its session bears its id, and the stream ends with it.</summary>
/// <param name="Project">The project that it must belong to.</param>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is.</param>
internal sealed record WatchedEntity(string Project, string Id, EntityKind Kind)
{
    /// <summary>Where its log held its end when it was looked up; null when it didn't.</summary>
    public Cursor? EndedAt { get; init; }
}
