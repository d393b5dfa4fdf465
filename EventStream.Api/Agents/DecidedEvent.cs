using EventStream.Events.Payloads;

namespace EventStream.Api.Agents;

/// <summary>What a request publishes once the state of its session allows it.</summary>
/// <param name="Payload">What is said.</param>
/// <param name="EventId">The id by which a repeat is known; null when a new one is made.</param>
/// <param name="Pointer">The member of the request that it comes from.</param>
internal readonly record struct DecidedEvent(CanonicalPayload Payload, string? EventId = null, string Pointer = "");
