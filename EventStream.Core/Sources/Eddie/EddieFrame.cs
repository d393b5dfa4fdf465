using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Eddie;

/// <summary>Takes Eddie's events out of their wrapping.</summary>
internal static class EddieFrame
{
    public static IEnumerable<NativeEvent> Read(ISourceNormaliser source, JsonElement json, IngestContext context)
    {
        var frame = new NativeBody(json);
        var wrapped = frame.Word("event") is { } name && frame.Member("data") is { } data ? (Name: name, Data: data) : default;
        var type = wrapped.Name ?? TypeOf(frame, context);
        // With names that stand there twice or are no text, members can't be found: keep the frame whole.
        if (!NativeBody.IsPlain(json)) return [Event(source, type, frame, frame, [])];
        if (wrapped.Name is null) return [type == EddieNames.PartialMessage ? Partial(source, frame, frame, []) : Event(source, type, frame, frame, [])];

        frame.Drop("event", "data");
        var beside = json.GetPropertyCount() == 2 ? [] : frame.Remaining().ToList();
        if (type == EddieNames.Logs && wrapped.Data.ValueKind == JsonValueKind.Array) return Entries(source, frame, wrapped.Data, beside);
        var body = new NativeBody(wrapped.Data);
        return [type == EddieNames.PartialMessage ? Partial(source, frame, body, beside) : Event(source, type, body, frame, beside)];
    }

    private static string TypeOf(NativeBody frame, IngestContext context)
    {
        var type = frame.Word("event") ?? frame.Word("type");
        if (type is not null && EddieEvent.Find(type) is not null) return type;
        if (EddieTraceRecord.IsOne(frame, type)) return EddieTraceRecord.PhaseOf(frame) ?? EddieTraceRecord.NoPhase;
        return context.Class ?? type ?? "unknown";
    }

    private static IEnumerable<NativeEvent> Entries(ISourceNormaliser source, NativeBody frame, JsonElement entries, List<JsonProperty> beside)
    {
        if (entries.GetArrayLength() == 0 && beside.Count > 0) return [Event(source, EddieNames.Logs, new NativeBody(entries), frame, beside)];
        return entries.EnumerateArray().Select((entry, number) => Event(source, EddieNames.Logs, new NativeBody(entry), frame, number == 0 ? beside : []));
    }

    private static NativeEvent Partial(ISourceNormaliser source, NativeBody frame, NativeBody data, List<JsonProperty> beside)
    {
        if (data.Member("message") is not { ValueKind: JsonValueKind.Object } message || !NativeBody.IsPlain(data.Json) || !NativeBody.IsPlain(message))
            return Event(source, EddieNames.PartialMessage, data, frame, beside);
        data.Drop("message");
        return Event(source, EddieNames.PartialMessage, new NativeBody(message), frame, [.. beside, .. data.Remaining()]);
    }

    private static NativeEvent Event(ISourceNormaliser source, string type, NativeBody body, NativeBody frame, IReadOnlyList<JsonProperty> beside)
    {
        var isRecord = EddieTraceRecord.IsOne(body, type);
        var known = isRecord ? EddieTraceRecord.Row : EddieEvent.Find(type);
        var isForAll = known?.IsForAll ?? false;
        var session = (known is null ? EddieNames.SessionOf(body) : known.Session(body)) ?? EddieNames.SessionOf(frame) ?? (frame.Member("data") is { } data ? EddieNames.SessionOf(new NativeBody(data)) : null);
        return new NativeEvent
        {
            Source = source,
            Type = type,
            Body = body.Json,
            Beside = beside,
            // An event for the broadcast stream needs no session, so one that is no valid id is ignored.
            SessionId = isForAll && session is not null && (!EventRules.IsId(session) || session == EventRules.ReservedSessionId) ? null : session,
            IsForAll = isForAll,
            RunId = body.Id("runId") ?? body.Id("run_id"),
            AgentId = isRecord ? EddieTraceRecord.AgentOf(body) : body.Agent(),
            EventId = known is { HasOwnId: true } && Guid.TryParse(body.Id("id"), out var id) ? id.ToString() : null,
            Timestamp = isRecord ? EddieTraceRecord.TimeOf(body) : NativeTime.Read(body.Member(known?.Time ?? "timestamp")),
        };
    }
}
