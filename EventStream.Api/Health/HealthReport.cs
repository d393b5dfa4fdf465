namespace EventStream.Api.Health;

/// <summary>The answer of a probe.</summary>
/// <param name="Status"><c>live</c>, <c>ready</c> or <c>not_ready</c>.</param>
/// <param name="Reason">Why it isn't ready.</param>
internal sealed record HealthReport(string Status, string? Reason);
