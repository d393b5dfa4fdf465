namespace EventStream.Events.Payloads;

/// <summary>An ingest job succeeded.</summary>
public sealed record IngestJobCompleted : IngestJobPayload;
