namespace EventStream.Api.Agents.Posting;

/// <summary>The answer to a question of a run, as a client posts it.</summary>
/// <param name="Pointer">Where the question is named in the request.</param>
/// <param name="Question">What the run asked by.</param>
/// <param name="IsApproved">Whether the tool may be called.</param>
/// <param name="Reason">Why, in words for the agent.</param>
internal sealed record PostedAnswer(string Pointer, string Question, bool IsApproved, string? Reason);
