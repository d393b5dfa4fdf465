namespace EventStream.Events.Payloads;

/// <summary>An ingest job has got on or changed.</summary>
public sealed record IngestJobUpdated : IngestJobPayload;
