using EventStream.Events;

namespace EventStream.Dispatching;

/// <summary>Events of one session that were given up.</summary>
/// <param name="Events">The events, in the order of their calls.</param>
/// <param name="Exception">
/// Why: <see cref="Bus.BusUnavailableException"/> (whether they are stored is unknown), <see cref="Bus.RunEndedException"/>,
/// <see cref="EventRejectedException"/>, or what else the appender threw.
/// </param>
public sealed record DispatchFailure(IReadOnlyList<Event> Events, Exception Exception);
