using System.Text;
using System.Text.Json;

namespace EventStream.Events;

/// <summary>The members of a published envelope as they are met, in any order.</summary>
internal struct EnvelopeMembers
{
    /// <summary>Their names, in the order of <see cref="EventWriter"/>.</summary>
    public static readonly (byte[] Utf8, string Name)[] Known =
        [.. new[] { "event_id", "session_id", "timestamp", "type", "payload", "run_id", "project_id", "agent_id", "source", "source_type", "execution_id", "traceparent" }.Select(name => (Encoding.ASCII.GetBytes(name), name))];

    private string? _eventId, _sessionId, _timestamp, _type, _runId, _projectId, _agentId, _source, _sourceType, _executionId, _traceparent;
    private EventPayload? _payload;

    /// <summary>Takes the member whose name the reader stands on.</summary>
    public void Read(ref Utf8JsonReader reader, byte[] compact)
    {
        var name = Name(ref reader);
        reader.Read();
        switch (name)
        {
            case "event_id": Take(ref _eventId, ref reader, name); break;
            case "session_id": Take(ref _sessionId, ref reader, name); break;
            case "timestamp": Take(ref _timestamp, ref reader, name); break;
            case "type": Take(ref _type, ref reader, name); break;
            case "run_id": Take(ref _runId, ref reader, name); break;
            case "project_id": Take(ref _projectId, ref reader, name); break;
            case "agent_id": Take(ref _agentId, ref reader, name); break;
            case "source": Take(ref _source, ref reader, name); break;
            case "source_type": Take(ref _sourceType, ref reader, name); break;
            case "execution_id": Take(ref _executionId, ref reader, name); break;
            case "traceparent": Take(ref _traceparent, ref reader, name); break;
            case "payload": TakePayload(ref reader, compact); break;
            // An event out of a history or a stream carries the cursor that it had there.
            case "id": reader.Skip(); break;
            default: throw new EventRejectedException(Pointer(name), "is not a member of the envelope; put it inside the payload.");
        }
    }

    public readonly Event ToEvent(EventDefaults defaults)
    {
        var payload = _payload ?? EventPayload.Empty;
        if (_sessionId is not null && defaults.SessionId is not null && _sessionId != defaults.SessionId)
            throw new EventRejectedException("/session_id", $"is '{EventRejectedException.Shown(_sessionId)}' and contradicts the session that it is published to, '{defaults.SessionId}'.");
        if (_projectId is not null && defaults.ProjectId is not null && _projectId != defaults.ProjectId)
            throw new EventRejectedException("/project_id", $"is '{EventRejectedException.Shown(_projectId)}' and contradicts the project that it is published to, '{defaults.ProjectId}'.");
        return new Event
        {
            EventId = _eventId ?? new EventFactory(defaults.Time).NewId(),
            SessionId = _sessionId ?? defaults.SessionId ?? (defaults.MayBeForAll ? EventRules.ReservedSessionId : null) ?? throw new EventRejectedException("/session_id", "is missing."),
            Timestamp = _timestamp is null ? defaults.Time.GetUtcNow() : EventReader.Timestamp(_timestamp),
            Type = _type ?? throw new EventRejectedException("/type", "is missing."),
            Payload = payload,
            RunId = EventReader.MayNameRun(payload.Utf8.Span) ? EventReader.PromoteRunId(payload, _runId) : _runId,
            ProjectId = _projectId ?? defaults.ProjectId,
            AgentId = _agentId,
            Source = _source,
            SourceType = _sourceType,
            ExecutionId = _executionId,
            Traceparent = _traceparent,
        };
    }

    private static void Take(ref string? member, ref Utf8JsonReader reader, string name)
    {
        if (member is not null) throw Twice(name);
        // Several of the systems that publish here write null for "absent".
        if (reader.TokenType == JsonTokenType.Null) return;
        if (reader.TokenType != JsonTokenType.String) throw new EventRejectedException(Pointer(name), "must be a string.");
        member = EventReader.Text(ref reader, Pointer(name));
    }

    private void TakePayload(ref Utf8JsonReader reader, byte[] compact)
    {
        if (_payload is not null) throw Twice("payload");
        if (reader.TokenType != JsonTokenType.StartObject) throw new EventRejectedException("/payload", "must be a JSON object.");
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        _payload = new EventPayload(compact.AsMemory(start, (int)reader.BytesConsumed - start));
    }

    private static string Name(ref Utf8JsonReader reader)
    {
        foreach (var (utf8, name) in Known)
        {
            if (reader.ValueSpan.SequenceEqual(utf8)) return name;
        }
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new EventRejectedException("", "The name of a member holds an escape that is half a surrogate pair.");
        }
    }

    private static EventRejectedException Twice(string name) => new(Pointer(name), "stands in the event twice.");

    private static string Pointer(string name) => $"/{EventRejectedException.Shown(name).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
