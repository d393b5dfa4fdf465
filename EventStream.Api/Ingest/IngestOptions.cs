namespace EventStream.Api.Ingest;

/// <summary>What uploads of NDJSON to <c>/ingest</c> may hold. Section <c>Ingest</c> of the configuration.</summary>
internal sealed class IngestOptions
{
    public const string Section = "Ingest";

    /// <summary>The most uploads at once on this node.</summary>
    public int MaxUploads { get; set; } = 1000;

    /// <summary>The most bytes that the unfinished lines and unread answers of all uploads hold together, beyond the first 64 KiB of each.</summary>
    public long MaxBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>How long a line may take from its first byte to its end. Between two lines an upload may be silent for as long as it likes.</summary>
    public TimeSpan LineTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a client may take nothing of its answers when the server waits for that, or when it sends nothing either.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The first invalid setting, as a sentence that names it and the fix; null when all are valid.</summary>
    public string? Problem() => this switch
    {
        { MaxUploads: < 1 or > 1_000_000 } => "Ingest:MaxUploads must be between 1 and 1000000.",
        { MaxBytes: < LineReader.MaxLineBytes } => $"Ingest:MaxBytes must be at least {LineReader.MaxLineBytes}, the longest line.",
        { LineTimeout.TotalSeconds: < 1 or > 86_400 } => "Ingest:LineTimeout must be between 1 second and 1 day, such as 00:01:00.",
        { AnswerTimeout.TotalSeconds: < 1 or > 3600 } => "Ingest:AnswerTimeout must be between 1 second and 1 hour, such as 00:00:20.",
        _ => null,
    };
}
