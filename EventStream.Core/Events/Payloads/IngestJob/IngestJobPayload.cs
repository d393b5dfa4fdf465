namespace EventStream.Events.Payloads;

/// <summary>What the events about an ingest job have in common.</summary>
public abstract record IngestJobPayload : CanonicalPayload
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>The project that it belongs to.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The state that it is in: an open set of lower-case names.</summary>
    public string? Status { get; init; }

    /// <summary>How far it is, 0 to 1; it may go back.</summary>
    public double? Progress { get; init; }

    /// <summary>What it is doing.</summary>
    public string? Stage { get; init; }

    /// <summary>What it does, in words.</summary>
    public string? Message { get; init; }

    /// <summary>What went wrong, in words.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>When it was created, as its source wrote it.</summary>
    public string? CreatedAt { get; init; }

    /// <summary>When it last changed, as its source wrote it.</summary>
    public string? UpdatedAt { get; init; }
}
