namespace EventStream.Events;

/// <summary>What fills in the members that a published envelope leaves out.</summary>
/// <param name="SessionId">The session that the events are for; an envelope that names another one is rejected. Null: each envelope must name its own.</param>
/// <param name="Time">The clock that gives the time of arrival.</param>
public readonly record struct EventDefaults(string? SessionId, TimeProvider Time)
{
    /// <summary>The project that the events are for; an envelope that names another one is rejected. Null: any or none.</summary>
    internal string? ProjectId { get; init; }

    /// <summary>Who publishes the events; what they say themselves counts for nothing.</summary>
    internal string? Publisher { get; init; }

    /// <summary>Whether an event may be without a session.</summary>
    internal bool MayBeForAll { get; init; }
}
