namespace EventStream.Events.Payloads;

/// <summary>An automation was started by something.</summary>
public sealed record AutomationTriggered : CanonicalPayload
{
    /// <summary>The automation.</summary>
    public required string Workflow { get; init; }

    /// <summary>What started it.</summary>
    public required string Trigger { get; init; }
}
