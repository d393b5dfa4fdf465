namespace EventStream.Events.Payloads;

/// <summary>A step of a workflow began.</summary>
public sealed record WorkflowStepStarted : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>The step.</summary>
    public required string StepId { get; init; }

    /// <summary>What the step does, in words.</summary>
    public required string Description { get; init; }
}
