using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Bus;

/// <summary>Makes the events that the server itself sends on a stream.</summary>
internal static class StreamControls
{
    /// <summary>An envelope that only the server writes. It names the stream's session, or the reserved session on other streams, and on a project also the project.</summary>
    public static Event CreateControl(this EventFactory events, StreamKey stream, CanonicalPayload payload) =>
        events.CreateControl(stream.SessionId ?? EventRules.ReservedSessionId, payload, stream.ProjectId);
}
