using System.Runtime.CompilerServices;
using System.Text.Json;

namespace EventStream.Events;

/// <summary>The members of an envelope as they are met, in any order.</summary>
/// <param name="isLogged">Whether it stands in a log. A publisher can't say who it is.</param>
internal struct EnvelopeDraft(bool isLogged)
{
    private const int LongestMistyped = 16;

    private Texts _texts;
    private EventPayload? _payload;

    /// <summary>Takes the member whose name the reader stands on.</summary>
    public void Read(ref Utf8JsonReader reader, byte[] compact)
    {
        var member = Find(ref reader, isLogged);
        reader.Read();
        if (member is null || (member == EnvelopeMember.Publisher && !isLogged)) reader.Skip();
        else if (member == EnvelopeMember.Payload) TakePayload(ref reader, compact);
        else TakeText(member, ref reader);
    }

    public readonly Event ToEvent(EventDefaults defaults)
    {
        var payload = _payload ?? EventPayload.Empty;
        var (sessionId, projectId, runId, timestamp) = (Text(EnvelopeMember.SessionId), Text(EnvelopeMember.ProjectId), Text(EnvelopeMember.RunId), Text(EnvelopeMember.Timestamp));
        RequireSame(EnvelopeMember.SessionId, sessionId, "session", defaults.SessionId);
        RequireSame(EnvelopeMember.ProjectId, projectId, "project", defaults.ProjectId);
        return new Event
        {
            EventId = Text(EnvelopeMember.EventId) ?? new EventFactory(defaults.Time).NewId(),
            SessionId = sessionId ?? defaults.SessionId ?? (defaults.MayBeForAll ? EventRules.ReservedSessionId : null) ?? throw Missing(EnvelopeMember.SessionId),
            Timestamp = timestamp is null ? defaults.Time.GetUtcNow() : EventReader.Timestamp(timestamp),
            Type = Text(EnvelopeMember.Type) ?? throw Missing(EnvelopeMember.Type),
            Payload = payload,
            RunId = EventReader.MayNameRun(payload.Utf8.Span) ? EventReader.PromoteRunId(payload, runId) : runId,
            ProjectId = projectId ?? defaults.ProjectId,
            AgentId = Text(EnvelopeMember.AgentId),
            Source = Text(EnvelopeMember.Source),
            SourceType = Text(EnvelopeMember.SourceType),
            ExecutionId = Text(EnvelopeMember.ExecutionId),
            Traceparent = Text(EnvelopeMember.Traceparent),
            Publisher = Text(EnvelopeMember.Publisher) ?? defaults.Publisher,
        };
    }

    private readonly string? Text(EnvelopeMember member) => _texts[member.Index];

    private static void RequireSame(EnvelopeMember member, string? given, string noun, string? expected)
    {
        if (given is not null && expected is not null && given != expected)
            throw new EventRejectedException(member.Pointer, $"is '{EventRejectedException.Shown(given)}' and contradicts the {noun} that it is published to, '{expected}'.");
    }

    private void TakeText(EnvelopeMember member, ref Utf8JsonReader reader)
    {
        ref var text = ref _texts[member.Index];
        if (text is not null) throw Twice(member);
        // Several of the systems that publish here write null for "absent".
        if (reader.TokenType == JsonTokenType.Null) return;
        if (reader.TokenType != JsonTokenType.String) throw new EventRejectedException(member.Pointer, "must be a string.");
        text = EventReader.Text(ref reader, member.Pointer);
    }

    private void TakePayload(ref Utf8JsonReader reader, byte[] compact)
    {
        if (_payload is not null) throw Twice(EnvelopeMember.Payload);
        if (reader.TokenType != JsonTokenType.StartObject) throw new EventRejectedException(EnvelopeMember.Payload.Pointer, "must be a JSON object.");
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        _payload = new EventPayload(compact.AsMemory(start, (int)reader.BytesConsumed - start));
    }

    // Null: the cursor that an event has in a history or a stream, which counts for nothing here.
    private static EnvelopeMember? Find(ref Utf8JsonReader reader, bool isLogged)
    {
        foreach (var member in EnvelopeMember.All)
        {
            if (reader.ValueSpan.SequenceEqual(member.Utf8)) return member;
        }
        try
        {
            return Find(reader.GetString()!, isLogged);
        }
        catch (InvalidOperationException)
        {
            throw new EventRejectedException("", "The name of a member holds an escape that is half a surrogate pair.");
        }
    }

    // A name may be written with escapes. A log may hold members of a newer version.
    private static EnvelopeMember? Find(string name, bool isLogged) => name == "id" ? null
        : Array.Find(EnvelopeMember.All, member => member.Name == name)
        ?? (isLogged ? null : throw new EventRejectedException(
            $"/{EventRejectedException.Shown(name).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", Meant(name) is { } meant ? $"is not a member of the envelope; did you mean {meant}?" : "is not a member of the envelope; put it inside the payload."));

    // Two mistakes turn a short name into many others.
    private static string? Meant(string name) =>
        name.Length <= LongestMistyped && Spelling.Closest(EnvelopeMember.All.Select(member => member.Name), name) is var closest && Spelling.Distance(closest, name) <= (name.Length > 5 ? 2 : 1) ? closest : null;

    private static EventRejectedException Missing(EnvelopeMember member) => new(member.Pointer, "is missing.");

    private static EventRejectedException Twice(EnvelopeMember member) => new(member.Pointer, "stands in the event twice.");

    /// <summary>The texts of the members by <see cref="EnvelopeMember.Index"/>.</summary>
    [InlineArray(EnvelopeMember.Count)]
    private struct Texts
    {
        private string? _first;
    }
}
