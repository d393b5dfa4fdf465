using System.Text.Json;
using EventStream.Events;

namespace EventStream.Listening;

/// <summary>Reads envelopes that others may have tampered with.</summary>
internal static class EnvelopeReading
{
    /// <returns>The event; null when the bytes are none.</returns>
    public static Event? Read(ReadOnlySpan<byte> envelope)
    {
        try
        {
            return envelope.IsEmpty ? null : EventReader.ReadLogged(envelope);
        }
        catch (Exception e) when (e is EventRejectedException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
