using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.AiSdk;

/// <summary>What <c>{id}</c> says in the addresses of a chat: the chat, or <c>chat~run</c>, which no id of a chat can be.</summary>
/// <param name="Stream">The session that is the chat.</param>
/// <param name="RunId">The run; null when the chat alone is named.</param>
internal sealed record ChatPath(StreamKey Stream, string? RunId)
{
    private const char Separator = '~';

    /// <summary>The session of the chat that a path names.</summary>
    /// <exception cref="EventRejectedException">The id breaks the rule for ids.</exception>
    public static StreamKey Key(RouteValueDictionary path) => Parse((string)path["id"]!).Stream;

    /// <exception cref="EventRejectedException">The id breaks the rule for ids.</exception>
    public static ChatPath Parse(string id)
    {
        var at = id.IndexOf(Separator, StringComparison.Ordinal);
        if (at < 0) return new ChatPath(StreamKey.Session(id), null);
        EnvelopeMember.RunId.Check(id[(at + 1)..]);
        return new ChatPath(StreamKey.Session(id[..at]), id[(at + 1)..]);
    }

    public override string ToString() => RunId is null ? Stream.Id : $"{Stream.Id}{Separator}{RunId}";
}
