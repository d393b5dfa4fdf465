using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Routes;

/// <summary>Which stream a path names.</summary>
internal static class StreamOf
{
    /// <exception cref="EventRejectedException">The id breaks the rule for ids.</exception>
    public static StreamKey Session(RouteValueDictionary path) => StreamKey.Session((string)path["sessionId"]!);

    /// <exception cref="EventRejectedException">The id breaks the rule for ids.</exception>
    public static StreamKey Project(RouteValueDictionary path) => StreamKey.Project((string)path["projectId"]!);

    /// <exception cref="EventRejectedException">The name breaks the rule for ids.</exception>
    public static StreamKey Agent(RouteValueDictionary path) => StreamKey.Agent((string)path["agent"]!);

    public static StreamKey Broadcast(RouteValueDictionary path) => StreamKey.Broadcast;
}
