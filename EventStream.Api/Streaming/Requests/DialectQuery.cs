using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Api.Streaming.Requests;

/// <summary>Which dialect a client asks for: <c>?names=</c> and <c>?frame=</c>.</summary>
internal static class DialectQuery
{
    /// <summary>What <c>names</c> may say; the first is the default.</summary>
    public static IReadOnlyList<(string Value, IDialect Dialect)> Names { get; } =
        [("canonical", DialectCatalogue.Canonical), ("native", DialectCatalogue.Native), ("reverb", DialectCatalogue.Reverb)];

    // Frames that only WebSocket clients read.
    private static readonly (string Value, IDialect Dialect)[] SocketFrames = [("event-data", DialectCatalogue.Eddie)];

    /// <exception cref="EventRejectedException">Names the parameter and the rule.</exception>
    public static IDialect Parse(Transport transport, IQueryCollection query)
    {
        var named = Find(Names, query["names"].ToString() is { Length: > 0 } names ? names : Names[0].Value)
            ?? throw new EventRejectedException("names", $"is '{query["names"]}'; it is {string.Join(", ", Names.SkipLast(1).Select(choice => choice.Value))} or {Names[^1].Value}.");
        var frame = query["frame"].ToString();
        if (frame is "" or "envelope") return named;
        var framed = Find(SocketFrames, frame) ?? throw new EventRejectedException("frame", $"is '{frame}'; it is envelope or event-data.");
        if (transport != Transport.WebSocket) throw new EventRejectedException("frame", $"is '{frame}', which WebSocket clients get, under /ws.");
        if (query["names"].Count > 0) throw new EventRejectedException("names", $"can't be chosen with frame={frame}, which has the native names; leave it out.");
        return framed;
    }

    private static IDialect? Find(IEnumerable<(string Value, IDialect Dialect)> choices, string value)
    {
        foreach (var choice in choices) if (choice.Value == value) return choice.Dialect;
        return null;
    }
}
