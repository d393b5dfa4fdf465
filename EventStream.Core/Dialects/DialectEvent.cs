using EventStream.Events;

namespace EventStream.Dialects;

/// <summary>What a dialect writes: an event of the stream, or a notice of the server.</summary>
/// <param name="Type">Its canonical name.</param>
/// <param name="Envelope">The envelope in UTF-8, as <see cref="EventWriter"/> writes it.</param>
internal readonly record struct DialectEvent(string Type, ReadOnlyMemory<byte> Envelope);
