namespace EventStream.Events.Payloads;

/// <summary>An ingest job failed.</summary>
public sealed record IngestJobFailed : IngestJobPayload;
