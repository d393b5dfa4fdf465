namespace EventStream.Bus;

/// <summary>A session whose log holds events.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="StartedAt">When its log began: the epoch of its cursors.</param>
public sealed record StartedSession(string SessionId, DateTimeOffset StartedAt);
