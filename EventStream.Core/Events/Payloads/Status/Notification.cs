using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>Something that people should know.</summary>
public sealed record Notification : CanonicalPayload
{
    /// <summary>What to know, in words.</summary>
    public string? Message { get; init; }

    /// <summary>How serious it is, such as <c>info</c> or <c>error</c>.</summary>
    public string? Severity { get; init; }

    /// <summary>What its source said: any JSON value.</summary>
    public JsonElement? Value { get; init; }
}
