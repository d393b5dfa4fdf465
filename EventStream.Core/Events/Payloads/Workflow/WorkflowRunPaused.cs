namespace EventStream.Events.Payloads;

/// <summary>The run of a workflow was paused.</summary>
public sealed record WorkflowRunPaused : WorkflowRunPayload;
