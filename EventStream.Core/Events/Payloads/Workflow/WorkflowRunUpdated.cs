namespace EventStream.Events.Payloads;

/// <summary>The run of a workflow has changed.</summary>
public sealed record WorkflowRunUpdated : WorkflowRunPayload;
