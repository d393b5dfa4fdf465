using System.Text.Json;
using EventStream.Events;

namespace EventStream.Bus.Redis.Wire;

/// <summary>Tells envelopes in a log from what other programs put there.</summary>
internal static class StoredEnvelope
{
    /// <summary>Whether these bytes are an event of this stream that can be framed, placed and folded.</summary>
    public static bool IsReadable(ReadOnlySpan<byte> stored, StreamKey stream)
    {
        // Nearly all are as they were written.
        if (stream.ProjectId is null && CanonicalEnvelope.Is(stored, stream.SessionId)) return true;
        if (stored is not [(byte)'{', ..] || !EnvelopeHead.TryRead(stored, out _, stream.SessionId, stream.ProjectId)) return false;
        try
        {
            return EventReader.ReadLogged(stored) is { EventId.Length: > 0, SessionId.Length: > 0 };
        }
        catch (Exception e) when (e is JsonException or EventRejectedException or InvalidOperationException)
        {
            return false;
        }
    }
}
