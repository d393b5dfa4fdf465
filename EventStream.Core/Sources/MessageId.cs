namespace EventStream.Sources;

/// <summary>The message or thought that a native event is about. Sources use ids again, in each turn or run; canonical ids are unique in the session.</summary>
/// <param name="Id">The canonical id.</param>
/// <param name="SourceId">The source's id, where it differs.</param>
internal readonly record struct MessageId(string Id, string? SourceId);
