namespace EventStream.Events.Payloads;

/// <summary>The run of a workflow succeeded.</summary>
public sealed record WorkflowRunCompleted : WorkflowRunPayload;
