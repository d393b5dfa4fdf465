namespace EventStream.Api.Agents;

/// <summary>What becomes of runs that nobody speaks for. Section <c>Agents</c> of the configuration.</summary>
internal sealed class AgentsOptions
{
    public const string Section = "Agents";

    /// <summary>How long a run that was asked for waits until a worker starts it; then it fails as <c>unclaimed</c>.</summary>
    public TimeSpan ClaimTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The first invalid setting, as a sentence that names it and the fix; null when all are valid.</summary>
    public string? Problem() => ClaimTimeout.TotalSeconds is < 1 or > 3600 ? "Agents:ClaimTimeout must be between 1 second and 1 hour, such as 00:01:00." : null;
}
