using EventStream.Events;

namespace EventStream.Dispatching;

/// <summary>What the events of one batch have in common.</summary>
/// <param name="HasCallerId">Whether the caller gave the id, so that the bus must look it up.</param>
/// <param name="Broadcast">Whether they are broadcast too.</param>
internal readonly record struct BatchKind(bool HasCallerId, bool Broadcast)
{
    public static BatchKind Of(in PublishOptions options) => new(options.EventId is not null, options.Broadcast);
}
