namespace EventStream.Events.Payloads;

/// <summary>A workflow went on from one step to another.</summary>
public sealed record WorkflowTransition : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>The step that was left.</summary>
    public required string FromStep { get; init; }

    /// <summary>The step that was entered.</summary>
    public required string ToStep { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}
