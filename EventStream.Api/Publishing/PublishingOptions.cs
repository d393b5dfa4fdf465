namespace EventStream.Api.Publishing;

/// <summary>How publishing over HTTP behaves. Section <c>Publishing</c> of the configuration.</summary>
internal sealed class PublishingOptions
{
    public const string Section = "Publishing";

    /// <summary>How long a request is retried while Redis doesn't answer; after that it is answered 503.</summary>
    public TimeSpan RetryBudget { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The first invalid setting, as a sentence that names it and the fix; null when all are valid.</summary>
    public string? Problem() =>
        RetryBudget.TotalSeconds is < 0 or > 60 ? "Publishing:RetryBudget must be between 0 and 1 minute, such as 00:00:02." : null;
}
