using System.Net.WebSockets;
using System.Text.Json;

namespace EventStream.Api.Streaming.Frames;

/// <summary>What follows from each way to end.</summary>
internal static class SubscriberEndExtensions
{
    extension(SubscriberEnd end)
    {
        /// <summary>The name on the wire: <c>slow_consumer</c>.</summary>
        public string Name => JsonNamingPolicy.SnakeCaseLower.ConvertName(end.ToString());

        /// <summary>Whether the client should come back.</summary>
        public bool Reconnect =>
            end is not (SubscriberEnd.SessionEnded or SubscriberEnd.SessionDeleted or SubscriberEnd.RunEnded or SubscriberEnd.RunPaused or SubscriberEnd.Refused or SubscriberEnd.TooManyMessages or SubscriberEnd.MessagesTooLarge or SubscriberEnd.ProtocolError
                or SubscriberEnd.AuthExpired or SubscriberEnd.AuthRevoked);

        /// <summary>Whether an event of the log says the same.</summary>
        public bool IsToldByTheLog => end is SubscriberEnd.SessionEnded or SubscriberEnd.SessionDeleted or SubscriberEnd.RunEnded or SubscriberEnd.RunPaused;

        /// <summary>What a WebSocket is closed with.</summary>
        public WebSocketCloseStatus CloseStatus => end switch
        {
            SubscriberEnd.Draining or SubscriberEnd.Rotation => WebSocketCloseStatus.EndpointUnavailable,
            SubscriberEnd.Refused or SubscriberEnd.TooManyMessages or SubscriberEnd.AuthExpired or SubscriberEnd.AuthRevoked => WebSocketCloseStatus.PolicyViolation,
            SubscriberEnd.MessagesTooLarge => WebSocketCloseStatus.MessageTooBig,
            SubscriberEnd.ProtocolError => WebSocketCloseStatus.ProtocolError,
            SubscriberEnd.Error => WebSocketCloseStatus.InternalServerError,
            // 1013, "try again later", which .NET has no name for.
            SubscriberEnd.Busy or SubscriberEnd.NoMemory or SubscriberEnd.TooManyStreams or SubscriberEnd.Unavailable or SubscriberEnd.SlowConsumer => (WebSocketCloseStatus)1013,
            _ => WebSocketCloseStatus.NormalClosure,
        };

        /// <summary>What a client is told that gets no stream for it now.</summary>
        public string Refusal => end switch
        {
            SubscriberEnd.Busy => "The server is full; try again later.",
            SubscriberEnd.NoMemory => "This node holds as much of conversations in other dialects as it may (Streaming:DialectBytes); try again later, or on another node.",
            SubscriberEnd.Unavailable => "The log can't be read just now; try again later.",
            _ => "The server is stopping; try again on another node.",
        };

        /// <summary>Whether the client can still be told.</summary>
        public bool CanBeTold => end is not (SubscriberEnd.None or SubscriberEnd.ClientGone or SubscriberEnd.SlowConsumer);
    }
}
