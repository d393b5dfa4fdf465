using EventStream.Bus.Redis.Connections;

namespace EventStream.Bus.Redis.Subscribing;

/// <summary>One thing that Redis says on a subscribing connection; the bytes are good until more is read.</summary>
/// <param name="kind"><c>message</c>, <c>subscribe</c>, <c>unsubscribe</c>, <c>pong</c>; or a whole line with its first sign, <c>+PONG</c> or <c>-ERR …</c>.</param>
/// <param name="channel">The channel's name; empty for a line.</param>
/// <param name="payload">What was published; empty when nothing was.</param>
internal readonly ref struct RespReply(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> payload)
{
    public ReadOnlySpan<byte> Kind { get; } = kind;

    public ReadOnlySpan<byte> Channel { get; } = channel;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Whether the payload was passed over because it has more than <see cref="RespParser.MaxBytes"/>.</summary>
    public bool IsTooLong { get; init; }

    /// <summary>Whether something was published; otherwise it answers a command.</summary>
    public bool IsPublished => Kind.SequenceEqual("message"u8);

    /// <summary>Whether it refuses a command.</summary>
    public bool IsError => Kind is [(byte)'-', ..];
}
