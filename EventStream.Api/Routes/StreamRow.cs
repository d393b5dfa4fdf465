using EventStream.Api.Access;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Routes;

/// <summary>A stream that clients watch in either transport.</summary>
/// <param name="Path">Its path for Server-Sent Events.</param>
/// <param name="SocketPath">Its path for WebSocket.</param>
/// <param name="Stream">Which stream the path names.</param>
/// <param name="Parse">What the client asks of it.</param>
/// <param name="Needs">What the client must be allowed to do.</param>
/// <param name="Describe">What the API's description says of it.</param>
internal sealed record StreamRow(
    string Path,
    string SocketPath,
    Func<RouteValueDictionary, StreamKey> Stream,
    Func<StreamKey, Transport, HttpRequest, StreamRequest> Parse,
    Needs Needs,
    Action<RouteHandlerBuilder, Transport> Describe)
{
    /// <summary>A second path for Server-Sent Events, which isn't described.</summary>
    public string? Alias { get; init; }

    /// <summary>Whether a browser that navigates here is shown the inspector.</summary>
    public bool ShowsInspector { get; init; }

    /// <exception cref="EventRejectedException">Names the parameter and the rule.</exception>
    public StreamRequest Read(HttpRequest request, Transport transport) => Parse(Stream(request.RouteValues), transport, request);
}
