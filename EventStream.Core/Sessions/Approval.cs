namespace EventStream.Sessions;

/// <summary>A question of an agent whether it may call a tool.</summary>
/// <param name="RunId">The run that waits.</param>
/// <param name="ToolCallId">The call, when known.</param>
/// <param name="ToolName">The tool, when known.</param>
/// <param name="Approved">The answer; null while there is none.</param>
/// <param name="AnsweredBy">Who answered, when known.</param>
internal readonly record struct Approval(string RunId, string? ToolCallId, string? ToolName, bool? Approved, string? AnsweredBy);
