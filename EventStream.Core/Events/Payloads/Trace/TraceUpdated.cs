namespace EventStream.Events.Payloads;

/// <summary>A trace has got on or ended.</summary>
public sealed record TraceUpdated : TracePayload;
