using EventStream.Events;

namespace EventStream.Api.Publishing;

/// <summary>How publishing over HTTP behaves. Section <c>Publishing</c> of the configuration.</summary>
internal sealed class PublishingOptions
{
    public const string Section = "Publishing";

    /// <summary>How long a request is retried while Redis doesn't answer; after that it is answered 503.</summary>
    public TimeSpan RetryBudget { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the body of a request may take to arrive, apart from NDJSON to <c>/ingest</c>, which may go on for days.</summary>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The most bytes that the bodies of all requests hold together on this node, beyond the first 64 KiB of each.</summary>
    public long MaxBodyBytes { get; set; } = 128L * 1024 * 1024;

    /// <summary>The first invalid setting, as a sentence that names it and the fix; null when all are valid.</summary>
    public string? Problem() => this switch
    {
        { RetryBudget.TotalSeconds: < 0 or > 60 } => "Publishing:RetryBudget must be between 0 and 1 minute, such as 00:00:02.",
        { BodyTimeout.TotalSeconds: < 1 or > 3600 } => "Publishing:BodyTimeout must be between 1 second and 1 hour, such as 00:01:00.",
        { MaxBodyBytes: < EventLimits.MaxBatchBytes } => $"Publishing:MaxBodyBytes must be at least {EventLimits.MaxBatchBytes}, the largest request.",
        _ => null,
    };
}
