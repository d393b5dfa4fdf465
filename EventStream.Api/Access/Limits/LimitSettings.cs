using EventStream.Api.Settings;

namespace EventStream.Api.Access.Limits;

/// <summary>How much of a node one caller may take. Section <c>Access:Limits</c> of the configuration.</summary>
internal sealed class LimitSettings
{
    public const string Section = "Access:Limits";

    /// <summary>The most open streams of a key or a token, those of all tickets that it made included.</summary>
    public int Streams { get; set; } = 20_000;

    /// <summary>The most open streams of one user: of a token, or of the tickets for one subject.</summary>
    public int UserStreams { get; set; } = 100;

    /// <summary>The most uploads of NDJSON at once.</summary>
    public int Uploads { get; set; } = 100;

    /// <summary>The most events a second. One that goes on to a project or to broadcast counts for each of them too.</summary>
    public int EventsPerSecond { get; set; } = 10_000;

    /// <summary>The most bytes of events a second, as they are sent.</summary>
    public int BytesPerSecond { get; set; } = 16 * 1024 * 1024;

    /// <summary>The most tickets a second that a key or a token makes.</summary>
    public int TicketsPerSecond { get; set; } = 100;

    /// <summary>The most sessions of a key or a token whose logs are held.</summary>
    public int Sessions { get; set; } = 10_000;

    /// <summary>The most bytes in logs that come from a key or a token.</summary>
    public long StoredBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>The most projects that the events of one request may name.</summary>
    public int Projects { get; set; } = 100;

    /// <summary>Reads the section.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="asksForCredentials">Whether callers have names. Where they have none, limits count for an address, and only if some were set.</param>
    /// <returns>Null when nothing is limited.</returns>
    /// <exception cref="SettingException">A setting is unknown or wrong.</exception>
    public static LimitSettings? Read(IConfiguration configuration, bool asksForCredentials)
    {
        var limits = new LimitSettings();
        configuration.Read(Section, limits, read => read.Problem());
        return asksForCredentials || configuration.GetSection(Section).Exists() ? limits : null;
    }

    private string? Problem()
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, long)>)[(nameof(Streams), Streams), (nameof(UserStreams), UserStreams), (nameof(Uploads), Uploads), (nameof(EventsPerSecond), EventsPerSecond),
            (nameof(BytesPerSecond), BytesPerSecond), (nameof(TicketsPerSecond), TicketsPerSecond), (nameof(Sessions), Sessions), (nameof(StoredBytes), StoredBytes), (nameof(Projects), Projects)])
        {
            if (value < 1) return $"{Section}:{name} is {value}; it must be at least 1.";
        }
        return null;
    }
}
