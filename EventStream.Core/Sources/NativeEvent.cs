using System.Text.Json;
using EventStream.Bus;

namespace EventStream.Sources;

/// <summary>One event of a foreign vocabulary, out of its wrapping.</summary>
internal sealed record NativeEvent
{
    /// <summary>The vocabulary that it belongs to.</summary>
    public required ISourceNormaliser Source { get; init; }

    /// <summary>Its native name: <c>source_type</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Its content: an object in most cases.</summary>
    public required JsonElement Body { get; init; }

    /// <summary>Members of the wrapping that the envelope doesn't carry. They go into the payload beside those of the body.</summary>
    public IReadOnlyList<JsonProperty> Beside { get; init; } = [];

    public string? SessionId { get; init; }

    /// <summary>Whether it goes to the broadcast stream when it has no session.</summary>
    public bool IsForAll { get; init; }

    public string? RunId { get; init; }

    public string? ProjectId { get; init; }

    public string? ExecutionId { get; init; }

    public string? AgentId { get; init; }

    /// <summary>Its own id, when that is unique.</summary>
    public string? EventId { get; init; }

    /// <summary>What the events that follow in the same body belong to, where they don't say it; null when it says nothing of that.</summary>
    public NativeStream? Stream { get; init; }

    /// <summary>When it happened; the time of arrival when unknown.</summary>
    public DateTimeOffset? Timestamp { get; init; }
}
