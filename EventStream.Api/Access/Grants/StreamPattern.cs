using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Access.Grants;

/// <summary>The streams that a grant is about: <c>session:demo</c>, <c>session:team-a.*</c>, <c>project:p1</c>, <c>agent:x</c>, <c>broadcast</c>, or <c>*</c> for all.</summary>
/// <param name="Kind">The part before the colon; null for all kinds.</param>
/// <param name="Id">The id, or what ids begin with.</param>
/// <param name="IsPrefix">Whether the pattern ends in <c>*</c>.</param>
internal readonly record struct StreamPattern(string? Kind, string Id, bool IsPrefix)
{
    private const string Broadcast = "broadcast";

    private static readonly string[] Kinds = ["session", "project", "agent"];

    /// <summary>Every stream of every kind.</summary>
    public static StreamPattern All { get; } = new(Kind: null, "", IsPrefix: true);

    /// <summary>Every session.</summary>
    public static StreamPattern Sessions { get; } = new("session", "", IsPrefix: true);

    /// <summary>One stream alone.</summary>
    public static StreamPattern Of(StreamKey stream) => new(stream.KindName, stream.Id, IsPrefix: false);

    /// <summary>Reads a pattern; null when it is none.</summary>
    public static StreamPattern? TryParse(string text)
    {
        if (text == "*") return All;
        if (text == Broadcast) return new StreamPattern(Broadcast, StreamKey.Broadcast.Id, IsPrefix: false);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !Kinds.Contains(text[..colon])) return null;
        var id = text[(colon + 1)..];
        var isPrefix = id.EndsWith('*');
        if (isPrefix) id = id[..^1];
        var isId = id.Length is > 0 and <= EventLimits.MaxIdLength && !id.Contains('*', StringComparison.Ordinal) && !id.Any(char.IsWhiteSpace) && CallerName.IsPlain(id);
        return isId || (isPrefix && id.Length == 0) ? new StreamPattern(text[..colon], id, isPrefix) : null;
    }

    /// <summary>Whether a stream is one of these.</summary>
    public bool Covers(StreamKey stream) => Covers(Of(stream));

    /// <summary>Whether all streams of another pattern are among these.</summary>
    public bool Covers(StreamPattern other) =>
        Kind is null || (Kind == other.Kind && (IsPrefix ? other.Id.StartsWith(Id, StringComparison.Ordinal) : !other.IsPrefix && other.Id == Id));

    public override string ToString() => Kind is null ? "*" : Kind == Broadcast ? Broadcast : $"{Kind}:{Id}{(IsPrefix ? "*" : "")}";
}
