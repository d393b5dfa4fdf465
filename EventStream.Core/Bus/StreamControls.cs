using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Bus;

/// <summary>What the server itself says on a stream.</summary>
internal static class StreamControls
{
    /// <summary>An envelope that only the server writes; on a project it names the project, and everywhere but on a session the session that stands for none.</summary>
    public static Event CreateControl(this EventFactory events, StreamKey stream, CanonicalPayload payload) =>
        events.CreateControl(stream.SessionId ?? EventRules.ReservedSessionId, payload, stream.ProjectId);
}
