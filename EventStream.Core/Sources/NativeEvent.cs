using System.Text.Json;

namespace EventStream.Sources;

/// <summary>One event of a foreign vocabulary, out of its wrapping.</summary>
internal sealed record NativeEvent
{
    /// <summary>Whose vocabulary it is.</summary>
    public required ISourceNormaliser Source { get; init; }

    /// <summary>Its native name: <c>source_type</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What it says: mostly an object.</summary>
    public required JsonElement Body { get; init; }

    /// <summary>Members of the wrapping that say more: they go into the payload beside those of the body.</summary>
    public IReadOnlyList<JsonProperty> Beside { get; init; } = [];

    public string? SessionId { get; init; }

    /// <summary>Whether it goes to everybody when it has no session.</summary>
    public bool IsForAll { get; init; }

    public string? RunId { get; init; }

    public string? ProjectId { get; init; }

    public string? ExecutionId { get; init; }

    public string? AgentId { get; init; }

    /// <summary>Its own id, when that is unique.</summary>
    public string? EventId { get; init; }

    /// <summary>When it happened; the time of arrival when unknown.</summary>
    public DateTimeOffset? Timestamp { get; init; }
}
