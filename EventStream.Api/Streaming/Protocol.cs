namespace EventStream.Api.Streaming;

/// <summary>How a client is connected.</summary>
internal enum Protocol
{
    /// <summary>Server-Sent Events.</summary>
    Sse,

    /// <summary>WebSocket, one JSON text a message.</summary>
    WebSocket,
}
