namespace EventStream.Agents;

/// <summary>The answer to the question whether a tool may be called.</summary>
/// <param name="IsApproved">Whether it may.</param>
/// <param name="Reason">Why, in words for the agent; null when nothing was said.</param>
/// <param name="AnsweredBy">Who answered, when known.</param>
public readonly record struct ToolApproval(bool IsApproved, string? Reason, string? AnsweredBy);
