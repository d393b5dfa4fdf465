using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Api.Streaming.Requests;

/// <summary>Which dialect a client asks for: <c>?names=</c> and <c>?frame=</c>.</summary>
internal static class DialectQuery
{
    /// <summary>What <c>names</c> may say; the first is the default.</summary>
    public static IReadOnlyList<IDialect> Names { get; } = [DialectCatalogue.Canonical, DialectCatalogue.Native, DialectCatalogue.Reverb];

    /// <summary>What <c>frame</c> says by default: the frames of the dialect in <c>names</c>.</summary>
    public const string Envelope = "envelope";

    /// <summary>What else <c>frame</c> may say, for WebSocket clients only.</summary>
    public static IReadOnlyList<(string Value, IDialect Dialect)> SocketFrames { get; } = [("event-data", DialectCatalogue.Eddie)];

    /// <summary>What <c>dialect</c> may say; without it, <c>names</c> and <c>frame</c> choose.</summary>
    public static IReadOnlyList<IDialect> Dialects { get; } = [DialectCatalogue.AgUi];

    /// <exception cref="EventRejectedException">Names the parameter and the rule.</exception>
    public static IDialect Parse(StreamKey stream, Transport transport, IQueryCollection query)
    {
        if (query["dialect"].ToString() is { Length: > 0 } dialect) return Find(dialect, stream, query);
        var asked = query["names"].ToString();
        var named = asked.Length == 0 ? Names[0] : Names.FirstOrDefault(dialect => dialect.Name == asked)
            ?? throw new EventRejectedException("names", $"is '{asked}'; it is {string.Join(", ", Names.SkipLast(1).Select(dialect => dialect.Name))} or {Names[^1].Name}.");
        var frame = query["frame"].ToString();
        if (frame is "" or Envelope) return named;
        var framed = SocketFrames.FirstOrDefault(choice => choice.Value == frame).Dialect ?? throw new EventRejectedException("frame", $"is '{frame}'; it is {Envelope} or {string.Join(" or ", SocketFrames.Select(choice => choice.Value))}.");
        if (transport != Transport.WebSocket) throw new EventRejectedException("frame", $"is '{frame}', which WebSocket clients get, under /ws.");
        if (query["names"].Count > 0) throw new EventRejectedException("names", $"can't be chosen with frame={frame}, which has the native names; leave it out.");
        return framed;
    }

    private static IDialect Find(string asked, StreamKey stream, IQueryCollection query)
    {
        var dialect = Dialects.FirstOrDefault(dialect => dialect.Name == asked)
            ?? throw new EventRejectedException("dialect", $"is '{EventRejectedException.Shown(asked)}'; it is {string.Join(" or ", Dialects.Select(dialect => dialect.Name))}.");
        // What a stateful dialect tells follows from all events of one session.
        var isStateful = dialect.Kind != DialectKind.Shared;
        if (isStateful && !stream.CanEnd) throw new EventRejectedException("dialect", $"is '{asked}', which only the stream of a session has.");
        foreach (var other in (string[])["names", "frame", .. isStateful ? ["types", "run_id"] : Array.Empty<string>()])
        {
            if (query[other].Count > 0) throw new EventRejectedException(other, $"can't be chosen with dialect={asked}; leave it out.");
        }
        return dialect;
    }
}
