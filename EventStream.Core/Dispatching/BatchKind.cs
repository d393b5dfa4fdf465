using EventStream.Events;

namespace EventStream.Dispatching;

/// <summary>What the events of one batch have in common.</summary>
/// <param name="HasCallerId">Whether the caller gave the id, so that the bus must look it up.</param>
/// <param name="Broadcast">Whether they are broadcast too.</param>
/// <param name="Claim">Whether they claim their runs.</param>
/// <param name="Lease">The lease of what they claim.</param>
internal readonly record struct BatchKind(bool HasCallerId, bool Broadcast, bool Claim = false, TimeSpan? Lease = null)
{
    public static BatchKind Of(in PublishOptions options) => new(options.EventId is not null, options.Broadcast, options.Claim, options.Lease);
}
