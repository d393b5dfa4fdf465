using EventStream.Events;

namespace EventStream.Dialects;

/// <summary>What a dialect writes: an event of the stream, or a notice of the server.</summary>
/// <param name="Type">Its canonical name.</param>
/// <param name="Envelope">The envelope in UTF-8, as <see cref="EventWriter"/> writes it.</param>
internal readonly record struct DialectEvent(string Type, ReadOnlyMemory<byte> Envelope)
{
    /// <summary>Its place in the log; of a notice, where the client stands after it. Null when that isn't known.</summary>
    public Cursor? Cursor { get; init; }
}
