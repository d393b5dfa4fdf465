namespace EventStream.Api.Streaming.Requests;

/// <summary>How frames reach a client.</summary>
internal enum Transport
{
    /// <summary>Server-Sent Events.</summary>
    Sse,

    /// <summary>WebSocket, one JSON text a message.</summary>
    WebSocket,
}
