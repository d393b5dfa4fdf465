using System.Text.Json;

namespace EventStream.Api.Streaming;

/// <summary>What follows from each way to end.</summary>
internal static class SubscriberEndExtensions
{
    extension(SubscriberEnd end)
    {
        /// <summary>The name on the wire: <c>slow_consumer</c>.</summary>
        public string Name => JsonNamingPolicy.SnakeCaseLower.ConvertName(end.ToString());

        /// <summary>Whether the client should come back.</summary>
        public bool Reconnect => end is not (SubscriberEnd.SessionEnded or SubscriberEnd.SessionDeleted or SubscriberEnd.RunEnded);

        /// <summary>Whether the client can still be told.</summary>
        public bool CanBeTold => end is not (SubscriberEnd.None or SubscriberEnd.ClientGone or SubscriberEnd.SlowConsumer);
    }
}
