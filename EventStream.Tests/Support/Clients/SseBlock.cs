namespace EventStream.Tests.Support;

/// <summary>One complete block of a stream, as EventSource dispatches it.</summary>
/// <param name="Type">The event's name; <c>message</c> when the block has none.</param>
/// <param name="Data">Empty for a block that only moves the id.</param>
/// <param name="LastEventId">The id in force after the block.</param>
internal readonly record struct SseBlock(string Type, string Data, string LastEventId);
