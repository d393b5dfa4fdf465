using EventStream.Sessions;

namespace EventStream.Sources;

/// <summary>The tool call that a native event is about. Sources use ids again, in each turn or run; canonical ids are unique in the session.</summary>
/// <param name="Id">The canonical id.</param>
/// <param name="SourceId">The source's id, where it differs.</param>
/// <param name="Known">The call as the session knows it; null when it is new.</param>
internal readonly record struct ToolCallId(string Id, string? SourceId, ToolCall? Known);
