using EventStream.Events;

namespace EventStream.Bus;

/// <summary>What became of one event.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Cursor">Where it stands in the log; null when it was never stored, or when a duplicate's place is no longer known.</param>
/// <param name="Outcome">What the bus did.</param>
public readonly record struct EventReceipt(string EventId, Cursor? Cursor, AppendOutcome Outcome);
