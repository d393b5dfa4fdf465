using EventStream.Bus.Redis;

namespace EventStream.Api.Settings;

/// <summary>How the server talks to Redis, beside where it is. Section <c>Redis</c> of the configuration.</summary>
internal sealed class RedisSettings
{
    public const string Section = "Redis";

    /// <summary>How long a command may take before it counts as failed.</summary>
    public TimeSpan CommandTimeout { get; set; } = RedisBusOptions.DefaultCommandTimeout;

    /// <summary>The first setting that can't work, as a sentence that names it and the fix; null when all can.</summary>
    public string? Problem() => new RedisBusOptions { ConnectionString = "localhost", CommandTimeout = CommandTimeout }.Problem();
}
