using System.Collections.Frozen;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Listening;

/// <summary>Which events a client wants: <c>?types=tool_*,run_*</c>, <c>?run_id=</c>, and where several sessions meet <c>?session_id=</c>. Control frames always pass.</summary>
internal sealed class EventFilter : IEquatable<EventFilter>
{
    /// <summary>The most names and prefixes in <c>types</c>: each event is compared with them for each client.</summary>
    public const int MaxTypes = 128;

    private readonly FrozenSet<string> _names;
    // Sorted, none of them covered by another: the only one that can fit is the last that isn't behind the type.
    private readonly string[] _prefixes;
    private readonly string _patterns;

    private EventFilter(IReadOnlyList<string> patterns, string? runId, string? sessionId)
    {
        (RunId, SessionId) = (runId, sessionId);
        _patterns = string.Join(',', patterns.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        var byKind = patterns.ToLookup(pattern => pattern.EndsWith('*'));
        _names = byKind[false].ToFrozenSet(StringComparer.Ordinal);
        var prefixes = new List<string>();
        foreach (var prefix in byKind[true].Select(pattern => pattern[..^1]).Order(StringComparer.Ordinal))
        {
            if (prefixes.Count == 0 || !prefix.StartsWith(prefixes[^1], StringComparison.Ordinal)) prefixes.Add(prefix);
        }
        _prefixes = [.. prefixes];
    }

    public static EventFilter All { get; } = new([], null, null);

    /// <summary>The run that is wanted; null: any, and events without a run.</summary>
    public string? RunId { get; }

    /// <summary>The session that is wanted; null: any.</summary>
    public string? SessionId { get; }

    /// <summary>Whether every event passes.</summary>
    public bool IsAll => RunId is null && SessionId is null && _names.Count + _prefixes.Length == 0;

    /// <summary>Takes what is asked for.</summary>
    /// <param name="stream">The stream that is read.</param>
    /// <param name="patterns">Type names, and prefixes that end in <c>*</c>; none for all types.</param>
    /// <param name="runId">The run; null for any.</param>
    /// <param name="sessionId">The session; null for any.</param>
    /// <exception cref="EventRejectedException">Names the parameter and the rule.</exception>
    public static EventFilter Of(StreamKey stream, IReadOnlyList<string> patterns, string? runId, string? sessionId)
    {
        if (runId is not null && !EventRules.IsId(runId)) throw new EventRejectedException("run_id", EventRules.IdRule);
        // Ignoring it in silence would give the client other events than it asks for.
        if (stream.SessionId is not null && sessionId is not null) throw new EventRejectedException("session_id", "filters projects and broadcast; here the address names the session.");
        if (sessionId is not null && !EventRules.IsId(sessionId)) throw new EventRejectedException("session_id", EventRules.IdRule);
        if (patterns.Count > MaxTypes) throw new EventRejectedException("types", $"lists {patterns.Count} names and prefixes; at most {MaxTypes} are taken. A prefix such as tool_* stands for many names.");
        foreach (var pattern in patterns)
        {
            if (!EventRules.IsType(pattern.EndsWith('*') ? pattern[..^1] + "x" : pattern) && pattern != "*")
                throw new EventRejectedException("types", $"holds '{EventRejectedException.Shown(pattern)}'; write type names or prefixes ending in *, separated by commas.");
        }
        return patterns.Count == 0 && runId is null && sessionId is null ? All : new EventFilter(patterns, runId, sessionId);
    }

    /// <summary>Whether the same is asked for, in whatever order.</summary>
    public bool Equals(EventFilter? other) =>
        ReferenceEquals(this, other) || (other is not null && RunId == other.RunId && SessionId == other.SessionId && _patterns == other._patterns);

    public override bool Equals(object? obj) => Equals(obj as EventFilter);

    public override int GetHashCode() => HashCode.Combine(RunId, SessionId, _patterns);

    /// <summary>Whether an envelope passes.</summary>
    public bool Passes(ReadOnlySpan<byte> envelope) => EnvelopeHead.TryRead(envelope, out var head)
        && Passes(head.Type, head.RunId) && (SessionId is null || EnvelopeHead.ReadMember(envelope, "session_id"u8) == SessionId);

    /// <summary>Whether an event passes.</summary>
    public bool Passes(Event candidate) => IsAll || (Passes(candidate.Type, candidate.RunId) && (SessionId is null || SessionId == candidate.SessionId));

    /// <summary>Whether an event of that type and run passes. The session is the caller's to compare.</summary>
    public bool Passes(string type, string? runId) => (RunId is null || RunId == runId) && PassesType(type);

    private bool PassesType(string type)
    {
        if (_names.Count + _prefixes.Length == 0) return true;
        if (_names.Contains(type)) return true;
        var at = Array.BinarySearch(_prefixes, type, StringComparer.Ordinal);
        if (at < 0) at = ~at - 1;
        return at >= 0 && type.StartsWith(_prefixes[at], StringComparison.Ordinal);
    }
}
