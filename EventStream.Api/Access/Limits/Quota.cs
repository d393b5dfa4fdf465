namespace EventStream.Api.Access.Limits;

/// <summary>Which quota a caller has used up.</summary>
/// <param name="Setting">The name of its setting.</param>
/// <param name="Rule">What the caller may have, in words.</param>
/// <param name="RetryAfter">When the log that was written to longest ago is dropped.</param>
internal sealed record Quota(string Setting, string Rule, TimeSpan RetryAfter);
