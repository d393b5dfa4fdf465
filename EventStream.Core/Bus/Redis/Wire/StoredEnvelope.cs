using System.Text.Json;
using EventStream.Events;

namespace EventStream.Bus.Redis.Wire;

/// <summary>Tells envelopes in a log from what other programs put there.</summary>
internal static class StoredEnvelope
{
    /// <summary>Whether these bytes are an event that can be framed, placed and folded.</summary>
    public static bool IsReadable(ReadOnlySpan<byte> stored)
    {
        // Nearly all are as they were written.
        if (CanonicalEnvelope.Is(stored, sessionId: null)) return true;
        if (stored is not [(byte)'{', ..] || !EnvelopeHead.TryRead(stored, out _)) return false;
        try
        {
            return EventReader.ReadLogged(stored) is { EventId.Length: > 0 };
        }
        catch (Exception e) when (e is JsonException or EventRejectedException or InvalidOperationException)
        {
            return false;
        }
    }
}
