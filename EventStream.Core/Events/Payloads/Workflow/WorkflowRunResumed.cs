namespace EventStream.Events.Payloads;

/// <summary>The run of a workflow goes on after a pause.</summary>
public sealed record WorkflowRunResumed : WorkflowRunPayload;
