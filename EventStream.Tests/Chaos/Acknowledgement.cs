using EventStream.Events;

namespace EventStream.Tests.Chaos;

/// <summary>The bus's word that an event is stored.</summary>
/// <param name="Cursor">Where; null for a repeated event whose place is no longer known.</param>
internal readonly record struct Acknowledgement(NumberedEvent Event, Cursor? Cursor);
