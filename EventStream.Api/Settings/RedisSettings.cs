namespace EventStream.Api.Settings;

/// <summary>How the server uses Redis; the connection string says where Redis is. Section <c>Redis</c> of the configuration.</summary>
internal sealed class RedisSettings
{
    public const string Section = "Redis";

    /// <summary>How long a command may take before it counts as failed.</summary>
    public TimeSpan CommandTimeout { get; set; } = new EventStreamOptions().RedisCommandTimeout;

    /// <summary>The first invalid setting, as a sentence that names it and the fix; null when all are valid.</summary>
    public string? Problem() => new EventStreamOptions { RedisCommandTimeout = CommandTimeout }.Problem();
}
