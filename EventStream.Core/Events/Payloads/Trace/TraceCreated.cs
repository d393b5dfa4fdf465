namespace EventStream.Events.Payloads;

/// <summary>A trace was begun.</summary>
public sealed record TraceCreated : TracePayload;
