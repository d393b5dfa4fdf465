using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>A step of a workflow is done.</summary>
public sealed record WorkflowStepCompleted : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>The step.</summary>
    public required string StepId { get; init; }

    /// <summary>What the step produced: any JSON value.</summary>
    [MethodParameter(IsRequired = true)]
    public JsonElement? Output { get; init; }
}
