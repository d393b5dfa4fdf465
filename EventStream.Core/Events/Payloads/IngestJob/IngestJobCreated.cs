namespace EventStream.Events.Payloads;

/// <summary>An ingest job was accepted.</summary>
public sealed record IngestJobCreated : IngestJobPayload;
