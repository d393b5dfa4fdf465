namespace EventStream.Bus;

/// <summary>A canonical event made from a native one.</summary>
/// <param name="SessionId">The session that it was published to; <c>broadcast</c> when it had none.</param>
/// <param name="Type">Its canonical name.</param>
/// <param name="Receipt">What the bus did with it.</param>
public readonly record struct IngestedEvent(string SessionId, string Type, EventReceipt Receipt);
