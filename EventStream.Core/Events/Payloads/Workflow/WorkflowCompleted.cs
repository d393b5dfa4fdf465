using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>A workflow is done.</summary>
public sealed record WorkflowCompleted : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>What the workflow produced: a JSON object.</summary>
    [AnyObject]
    [MethodParameter(NullIsEmpty = true)]
    public required JsonElement Result { get; init; }
}
