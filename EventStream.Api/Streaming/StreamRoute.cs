namespace EventStream.Api.Streaming;

/// <summary>Marks a route that answers with Server-Sent Events, for as long as a client stays.</summary>
internal sealed class StreamRoute
{
    public static StreamRoute Instance { get; } = new();

    /// <summary>Whether the request is for such a route.</summary>
    public static bool IsAskedFor(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<StreamRoute>() is not null;
}
