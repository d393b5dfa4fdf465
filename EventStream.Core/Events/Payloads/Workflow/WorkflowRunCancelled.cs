namespace EventStream.Events.Payloads;

/// <summary>The run of a workflow was ended from outside.</summary>
public sealed record WorkflowRunCancelled : WorkflowRunPayload;
