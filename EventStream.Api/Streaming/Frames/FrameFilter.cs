using EventStream.Events;
using EventStream.Listening;

namespace EventStream.Api.Streaming.Frames;

/// <summary>Applies a client's filter to frames.</summary>
internal static class FrameFilter
{
    /// <summary>Whether a client wants a frame. What the server says itself always passes.</summary>
    public static bool Passes(this EventFilter filter, Frame frame) =>
        frame.Role == EventRole.Control || filter.IsAll || (filter.Passes(frame.Type, frame.RunId) && (filter.SessionId is null || filter.SessionId == frame.SessionId));
}
