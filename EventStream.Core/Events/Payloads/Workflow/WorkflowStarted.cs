namespace EventStream.Events.Payloads;

/// <summary>A workflow began.</summary>
public sealed record WorkflowStarted : CanonicalPayload
{
    /// <summary>The name of the workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }
}
