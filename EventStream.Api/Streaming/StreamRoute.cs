using EventStream.Api.Streaming.Requests;

namespace EventStream.Api.Streaming;

/// <summary>Marks a route whose answer goes on for as long as a client stays. Metadata of its endpoint.</summary>
/// <param name="Transport">How the frames reach the client.</param>
internal sealed record StreamRoute(Transport Transport)
{
    /// <summary>The mark of the route that a request is for; null when it isn't a stream's.</summary>
    public static StreamRoute? Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<StreamRoute>();
}
