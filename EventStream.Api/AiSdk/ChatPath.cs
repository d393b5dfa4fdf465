using System.Globalization;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.AiSdk;

/// <summary>What <c>{id}</c> says in the addresses of a chat: the chat, or <c>chat~run</c>, which no id of a chat can be.</summary>
/// <param name="Stream">The session that is the chat.</param>
/// <param name="RunId">The run; null when the chat alone is named.</param>
/// <param name="Chunk">From which of the run's chunks on a client counts: an answered question is followed by a stream of its own.</param>
internal sealed record ChatPath(StreamKey Stream, string? RunId, long Chunk = 0)
{
    private const char Separator = '~';

    /// <summary>The session of the chat that a path names.</summary>
    /// <exception cref="EventRejectedException">The id breaks the rule for ids.</exception>
    public static StreamKey Key(RouteValueDictionary path) => StreamKey.Session(((string)path["id"]!).Split(Separator)[0]);

    /// <summary>The chat that a body names.</summary>
    /// <exception cref="EventRejectedException">The id breaks the rule for ids.</exception>
    public static ChatPath OfChat(string id)
    {
        if (id.Contains(Separator)) throw new EventRejectedException("/id", "is the id of a run; give the chat's.");
        EventRules.CheckSessionId("/id", id);
        return new ChatPath(StreamKey.Session(id), null);
    }

    /// <exception cref="EventRejectedException">The id breaks the rule for ids.</exception>
    public static ChatPath Parse(string id)
    {
        var parts = id.Split(Separator);
        var stream = StreamKey.Session(parts[0]);
        if (parts.Length == 1) return new ChatPath(stream, null);
        EnvelopeMember.RunId.Check(parts[1]);
        var chunk = 0;
        if (parts.Length > 3 || (parts.Length == 3 && !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out chunk)))
            throw new EventRejectedException("id", "is neither the id of a chat nor the x-workflow-run-id of an answer.");
        return new ChatPath(stream, parts[1], chunk);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Stream.Id}{Separator}{RunId}{(Chunk == 0 ? "" : $"{Separator}{Chunk}")}");
}
