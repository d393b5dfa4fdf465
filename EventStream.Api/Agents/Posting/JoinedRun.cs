using EventStream.Events;

namespace EventStream.Api.Agents.Posting;

/// <summary>The run that a client watches after it has posted a conversation.</summary>
/// <param name="RunId">Its canonical id.</param>
/// <param name="AskedAt">The cursor of the request for it, when this post has asked for it; null when the run was known.</param>
/// <param name="HasEnded">Whether it had its terminal event before.</param>
internal sealed record JoinedRun(string RunId, Cursor? AskedAt, bool HasEnded);
