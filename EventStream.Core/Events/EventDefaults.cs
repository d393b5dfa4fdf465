namespace EventStream.Events;

/// <summary>What fills in the members that a published envelope leaves out.</summary>
/// <param name="SessionId">The session that the events are for; an envelope that names another one is rejected. Null: each envelope must name its own.</param>
/// <param name="Time">Where the time of arrival comes from.</param>
public readonly record struct EventDefaults(string? SessionId, TimeProvider Time);
