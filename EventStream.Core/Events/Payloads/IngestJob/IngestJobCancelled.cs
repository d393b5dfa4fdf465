namespace EventStream.Events.Payloads;

/// <summary>An ingest job was ended from outside.</summary>
public sealed record IngestJobCancelled : IngestJobPayload;
