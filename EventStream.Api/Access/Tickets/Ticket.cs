using System.Text.Json.Serialization;

namespace EventStream.Api.Access.Tickets;

/// <summary>What is sealed in a ticket.</summary>
internal sealed record Ticket
{
    /// <summary>Who made it.</summary>
    [JsonPropertyName("m")]
    public string? Maker { get; init; }

    /// <summary>The key that it was made with; null when its maker showed a token.</summary>
    [JsonPropertyName("k")]
    public string? KeyId { get; init; }

    /// <summary>The hash of that key's secret, so that a new key of the same id is another one.</summary>
    [JsonPropertyName("h")]
    public string? KeyHash { get; init; }

    [JsonPropertyName("s")]
    public string? Subject { get; init; }

    [JsonPropertyName("g")]
    public required IReadOnlyList<string> Grants { get; init; }

    /// <summary>When it ends, in milliseconds since 1970.</summary>
    [JsonPropertyName("e")]
    public long ExpiresAt { get; init; }

    /// <summary>What it is known by once it has been used; null when it may be used again.</summary>
    [JsonPropertyName("o")]
    public string? OnceId { get; init; }
}
