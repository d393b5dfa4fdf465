namespace EventStream.Events.Payloads;

/// <summary>The run of a workflow was created.</summary>
public sealed record WorkflowRunCreated : WorkflowRunPayload;
