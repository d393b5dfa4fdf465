namespace EventStream.Events.Payloads;

/// <summary>Control: events that are gone for good. The frame's own id is <see cref="To"/>.</summary>
public sealed record StreamGap : CanonicalPayload
{
    /// <summary>The cursor of the last event before the hole.</summary>
    public required string From { get; init; }

    /// <summary>The cursor of the last event that is missing.</summary>
    public required string To { get; init; }
}
