using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>A system has written a line to its log.</summary>
public sealed record LogCreated : CanonicalPayload
{
    /// <summary>The entry.</summary>
    public string? LogId { get; init; }

    /// <summary>How serious it is, such as <c>info</c> or <c>error</c>.</summary>
    public required string Level { get; init; }

    /// <summary>The text.</summary>
    public required string Message { get; init; }

    /// <summary>Anything about the entry: a JSON object.</summary>
    [AnyObject]
    public JsonElement? Context { get; init; }

    /// <summary>When it was created, as its source wrote it.</summary>
    public string? CreatedAt { get; init; }
}
