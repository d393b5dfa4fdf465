using EventStream.Events;

namespace EventStream.Dialects;

/// <summary>What a dialect tells: an event of the stream, or something that the server says itself.</summary>
/// <param name="Type">Its canonical name.</param>
/// <param name="Envelope">The envelope in UTF-8, as <see cref="EventWriter"/> writes it.</param>
internal readonly record struct DialectEvent(string Type, ReadOnlyMemory<byte> Envelope);
