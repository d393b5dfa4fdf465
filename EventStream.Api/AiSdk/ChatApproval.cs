namespace EventStream.Api.AiSdk;

/// <summary>The answer to a question of an agent.</summary>
/// <param name="Id">The question.</param>
/// <param name="IsApproved">Whether the tool may be called.</param>
/// <param name="Reason">Why.</param>
internal readonly record struct ChatApproval(string Id, bool IsApproved, string? Reason);
