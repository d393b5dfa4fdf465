namespace EventStream.Events.Payloads;

/// <summary>An automation is done.</summary>
public sealed record AutomationCompleted : CanonicalPayload
{
    /// <summary>The automation.</summary>
    public required string Workflow { get; init; }

    /// <summary>What came of it, in words.</summary>
    public required string Result { get; init; }
}
