using System.Text.Json;
using System.Text.Unicode;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Sources;

/// <summary>Reads the native events of a request and finds the session of each.</summary>
internal static class NativeReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = EventLimits.MaxJsonDepth };

    /// <summary>Reads the JSON of a frame, and leaves insignificant white space out.</summary>
    /// <param name="utf8">The text; it is copied.</param>
    /// <param name="isLine">Whether it is one line of several. The caller knows its number, so messages leave it out.</param>
    /// <exception cref="EventRejectedException">The text is no JSON value, nested too deep or no UTF-8.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> utf8, bool isLine = false)
    {
        // Most frames are compact and valid, and are parsed only once.
        if (Utf8.IsValid(utf8) && TryParse(utf8) is { } frame && CompactJson.IsCompact(utf8)) return frame;
        return JsonElement.Parse(CompactJson.From(utf8, isLine), Options);
    }

    private static JsonElement? TryParse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonElement.Parse(utf8, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads one native frame.</summary>
    /// <param name="frame">JSON without insignificant white space.</param>
    /// <param name="source">The vocabulary of the frame.</param>
    /// <param name="context">What is known besides.</param>
    /// <exception cref="EventRejectedException">The frame is no object, or one of its events has no session.</exception>
    public static IReadOnlyList<NativeEvent> Read(JsonElement frame, ISourceNormaliser source, IngestContext context)
    {
        if (frame.ValueKind != JsonValueKind.Object) throw new EventRejectedException("", "A native event must be a JSON object.");
        return [.. source.Read(frame, context).Select(native => Complete(native, context))];
    }

    /// <summary>Reads one native frame or a JSON array of 1 to 1,000.</summary>
    /// <returns>The native events of each item.</returns>
    /// <exception cref="EventRejectedException">Names the item and the rule.</exception>
    public static IReadOnlyList<IReadOnlyList<NativeEvent>> ReadMany(ReadOnlySpan<byte> utf8, ISourceNormaliser source, IngestContext context, out bool isSingle)
    {
        var json = Parse(utf8);
        isSingle = json.ValueKind != JsonValueKind.Array;
        if (isSingle) return [Read(json, source, context)];
        if (json.GetArrayLength() is 0 or > EventLimits.MaxBatchEvents)
            throw new EventRejectedException("", $"The array must hold 1 to {EventLimits.MaxBatchEvents} native events; send more as NDJSON, one a line.", isTooLarge: json.GetArrayLength() > 0);
        return [.. ReadItems(json, source, context)];
    }

    /// <summary>Reads one of many lines: one native frame, a JSON array of them, or <c>[DONE]</c>.</summary>
    /// <exception cref="EventRejectedException">Names the rule.</exception>
    public static IReadOnlyList<NativeEvent> ReadLine(ReadOnlySpan<byte> utf8, ISourceNormaliser source, IngestContext context)
    {
        // The last line of many streams. Where none has begun it says nothing.
        if (utf8.SequenceEqual("[DONE]"u8)) return context.Stream is null ? [] : Read(StreamMarks.Frame(StreamMarks.Done), source, context);
        var json = Parse(utf8, isLine: true);
        return json.ValueKind == JsonValueKind.Array ? [.. ReadItems(json, source, context).SelectMany(natives => natives)] : Read(json, source, context);
    }

    /// <summary>The context of what follows these events in the same body.</summary>
    public static IngestContext After(this IngestContext context, IEnumerable<NativeEvent> natives) =>
        natives.LastOrDefault(native => native.Stream is not null)?.Stream is { } stream ? context with { Stream = stream } : context;

    private static IEnumerable<IReadOnlyList<NativeEvent>> ReadItems(JsonElement items, ISourceNormaliser source, IngestContext context)
    {
        foreach (var (number, item) in items.EnumerateArray().Index())
        {
            var natives = ReadItem(item, number, source, context);
            context = context.After(natives);
            yield return natives;
        }
    }

    private static IReadOnlyList<NativeEvent> ReadItem(JsonElement item, int number, ISourceNormaliser source, IngestContext context)
    {
        try
        {
            return Read(item, source, context);
        }
        catch (EventRejectedException e)
        {
            throw e.In($"/{number}");
        }
    }

    private static NativeEvent Complete(NativeEvent native, IngestContext context)
    {
        var session = context.SessionId ?? native.SessionId;
        if (session is null && !native.IsForAll)
            throw new EventRejectedException("", $"The {native.Source.Name} event '{EventRejectedException.Shown(native.Type)}' names no session; give it as ?session_id=….");
        if (context.SessionId is null && session is not null && (!EventRules.IsId(session) || session == EventRules.ReservedSessionId))
            throw new EventRejectedException("", $"The {native.Source.Name} event '{EventRejectedException.Shown(native.Type)}' names the session '{EventRejectedException.Shown(session)}', which {EventRules.IdRule}, and not '{EventRules.ReservedSessionId}'. Give another as ?session_id=….");
        return native with
        {
            Type = native.Type.Length == 0 ? "unknown" : native.Type,
            SessionId = session,
            RunId = Kept(MemberRule.Id, native.RunId) ?? context.RunId,
            ProjectId = Kept(MemberRule.Id, native.ProjectId) ?? context.ProjectId,
            ExecutionId = Kept(MemberRule.Text, native.ExecutionId) ?? context.ExecutionId,
            AgentId = Kept(MemberRule.Text, native.AgentId),
            EventId = Kept(MemberRule.EventId, native.EventId),
        };
    }

    /// <summary>The text when it keeps the envelope's rule; otherwise it stays in the payload alone. The envelope holds no half of a surrogate pair.</summary>
    public static string? Kept(MemberRule rule, string? text) => text is not null && rule.IsKept(text) && Wtf8.IndexOfHalf(text) < 0 ? text : null;
}
