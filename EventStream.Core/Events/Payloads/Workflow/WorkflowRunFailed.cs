namespace EventStream.Events.Payloads;

/// <summary>The run of a workflow failed.</summary>
public sealed record WorkflowRunFailed : WorkflowRunPayload;
