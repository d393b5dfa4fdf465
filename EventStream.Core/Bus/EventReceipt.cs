using EventStream.Events;

namespace EventStream.Bus;

/// <summary>The outcome of one event.</summary>
/// <param name="EventId">The event's id.</param>
/// <param name="Cursor">Its position in the log; null when it was never stored, or when a duplicate's position is no longer known.</param>
/// <param name="Outcome">What the bus did.</param>
public readonly record struct EventReceipt(string EventId, Cursor? Cursor, AppendOutcome Outcome);
