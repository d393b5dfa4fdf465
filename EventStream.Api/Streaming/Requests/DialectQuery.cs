using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Api.Streaming.Requests;

/// <summary>Which dialect a client asks for: <c>?dialect=</c>, <c>?names=</c> and <c>?frame=</c>.</summary>
internal static class DialectQuery
{
    /// <summary>What <c>names</c> may say; the first is the default.</summary>
    public static IReadOnlyList<IDialect> Names { get; } = [DialectCatalogue.Canonical, DialectCatalogue.Native, DialectCatalogue.ReverbNames];

    /// <summary>What <c>dialect</c> says by default: the envelope under the names in <c>names</c>.</summary>
    public const string Canonical = "canonical";

    /// <summary>What else <c>dialect</c> may say, and the filters that it can't bear: they would leave out events from which its frames follow.</summary>
    public static IReadOnlyList<(string Value, IDialect Dialect, string[] Filters)> Dialects { get; } =
    [
        ("agui", DialectCatalogue.AgUi, ["types", "run_id"]),
        ("ai-sdk", DialectCatalogue.AiSdk, ["types"]),
        ("reverb", DialectCatalogue.Reverb, ["types"]),
        ("reverb-flat", DialectCatalogue.ReverbFlat, ["types"]),
    ];

    /// <summary>What <c>frame</c> says by default: the frames of the dialect in <c>names</c>.</summary>
    public const string Envelope = "envelope";

    /// <summary>What else <c>frame</c> may say, for WebSocket clients only.</summary>
    public static IReadOnlyList<(string Value, IDialect Dialect)> SocketFrames { get; } = [("event-data", DialectCatalogue.Eddie)];

    /// <exception cref="EventRejectedException">Names the parameter and the rule.</exception>
    public static IDialect Parse(StreamKey stream, Transport transport, IQueryCollection query)
    {
        var asked = query["names"].ToString();
        var named = asked.Length == 0 ? Names[0] : Names.FirstOrDefault(dialect => dialect.Name == asked)
            ?? throw new EventRejectedException("names", $"is '{asked}'; it is {string.Join(", ", Names.SkipLast(1).Select(dialect => dialect.Name))} or {Names[^1].Name}.");
        if (Spoken(stream, query) is { } spoken) return spoken;
        var frame = query["frame"].ToString();
        if (frame is "" or Envelope) return named;
        var framed = SocketFrames.FirstOrDefault(choice => choice.Value == frame).Dialect ?? throw new EventRejectedException("frame", $"is '{frame}'; it is {Envelope} or {string.Join(" or ", SocketFrames.Select(choice => choice.Value))}.");
        if (transport != Transport.WebSocket) throw new EventRejectedException("frame", $"is '{frame}', which WebSocket clients get, under /ws.");
        if (query["names"].Count > 0) throw new EventRejectedException("names", $"can't be chosen with frame={frame}, which has the native names; leave it out.");
        return framed;
    }

    /// <summary>The dialect in <c>dialect</c>; null when that is the default.</summary>
    private static IDialect? Spoken(StreamKey stream, IQueryCollection query)
    {
        var asked = query["dialect"].ToString();
        if (asked != AiSdkVersion.Dialect && query[AiSdkVersion.Name].Count > 0) throw new EventRejectedException(AiSdkVersion.Name, $"is the version of the AI SDK, which dialect={AiSdkVersion.Dialect} needs alone; leave it out.");
        if (asked is "" or Canonical) return null;
        var (_, spoken, filters) = Dialects.FirstOrDefault(choice => choice.Value == asked);
        if (spoken is null) throw new EventRejectedException("dialect", $"is '{EventRejectedException.Shown(asked)}'; it is {string.Join(", ", Dialects.SkipLast(1).Select(choice => choice.Value).Prepend(Canonical))} or {Dialects[^1].Value}.");
        foreach (var other in (string[])["names", "frame"])
        {
            if (query[other].Count > 0) throw new EventRejectedException(other, $"can't be chosen with dialect={asked}, which has names and frames of its own; leave one of them out.");
        }
        if (filters.FirstOrDefault(filter => query[filter].Count > 0) is { } filtered) throw new EventRejectedException(filtered, $"can't be chosen with dialect={asked}, whose frames follow from several events; leave one of them out.");
        if (asked == AiSdkVersion.Dialect) spoken = AiSdkVersion.Parse(query);
        // Other sessions would mix in.
        return stream.CanEnd ? spoken : throw new EventRejectedException("dialect", $"is '{asked}', which is for the stream of a session.");
    }
}
