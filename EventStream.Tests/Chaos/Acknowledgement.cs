using EventStream.Events;

namespace EventStream.Tests.Chaos;

/// <summary>The bus's confirmation that an event is stored.</summary>
/// <param name="Cursor">The position; null for a repeated event whose position is no longer known.</param>
internal readonly record struct Acknowledgement(NumberedEvent Event, Cursor? Cursor);
