using System.Text.Json;

namespace EventStream.Events;

/// <summary>Reads what publishers send: an envelope, a JSON array of them, or one a line (NDJSON).</summary>
public static class EventReader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = EventLimits.MaxJsonDepth };
    private static readonly EventDefaults Logged = new(SessionId: null, TimeProvider.System);
    private static readonly JsonReaderOptions PayloadOptions = new() { MaxDepth = EventLimits.MaxPayloadDepth };

    /// <summary>Reads one envelope. Only <c>type</c> must be there.</summary>
    /// <exception cref="EventRejectedException">Names the member and the rule.</exception>
    public static Event Read(ReadOnlySpan<byte> utf8, EventDefaults defaults) => Read(utf8, defaults, isLine: false);

    /// <summary>Reads an envelope out of a log: it was checked before it went there.</summary>
    internal static Event ReadLogged(ReadOnlySpan<byte> utf8)
    {
        var envelope = utf8.ToArray();
        var reader = new Utf8JsonReader(envelope, Options);
        reader.Read();
        return ReadMembers(ref reader, envelope, isLogged: true).ToEvent(Logged);
    }

    private static Event Read(ReadOnlySpan<byte> utf8, EventDefaults defaults, bool isLine)
    {
        var compact = CompactJson.From(utf8, isLine);
        var reader = new Utf8JsonReader(compact, Options);
        reader.Read();
        return ReadEnvelope(ref reader, compact, defaults);
    }

    /// <summary>Reads one envelope or a JSON array of 1 to 1,000.</summary>
    /// <exception cref="EventRejectedException">Names the item, the member and the rule; nothing of the batch is valid then.</exception>
    public static IReadOnlyList<Event> ReadMany(ReadOnlySpan<byte> utf8, EventDefaults defaults)
    {
        var compact = CompactJson.From(utf8);
        var reader = new Utf8JsonReader(compact, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) return [ReadEnvelope(ref reader, compact, defaults)];

        var events = new List<Event>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            try
            {
                events.Add(ReadEnvelope(ref reader, compact, defaults));
            }
            catch (EventRejectedException e)
            {
                throw e.In($"/{events.Count}");
            }
            CheckCount(events.Count);
        }
        return events.Count > 0 ? events : throw new EventRejectedException("", "The array holds no events.");
    }

    /// <summary>Reads 1 to 1,000 envelopes, one a line; empty lines are skipped.</summary>
    /// <exception cref="EventRejectedException">Names the line, the member and the rule; nothing of the batch is valid then.</exception>
    public static IReadOnlyList<Event> ReadLines(ReadOnlySpan<byte> utf8, EventDefaults defaults)
    {
        var events = new List<Event>();
        var number = 0;
        foreach (var range in utf8.Split((byte)'\n'))
        {
            number++;
            var line = utf8[range].Trim(" \t\r"u8);
            if (line.IsEmpty) continue;
            try
            {
                events.Add(Read(line, defaults, isLine: true));
            }
            catch (EventRejectedException e)
            {
                throw e.OnLine(number);
            }
            CheckCount(events.Count);
        }
        return events.Count > 0 ? events : throw new EventRejectedException("", "There are no events in the text.");
    }

    /// <summary>The run of an event: the envelope's, else the payload's own <c>run_id</c>.</summary>
    /// <exception cref="EventRejectedException">The two differ.</exception>
    internal static string? PromoteRunId(EventPayload payload, string? runId)
    {
        var inside = RunIdOf(payload);
        if (inside is not null && runId is not null && inside != runId)
            throw new EventRejectedException("/run_id", $"is '{EventRejectedException.Shown(runId)}' and contradicts /payload/run_id, which is '{EventRejectedException.Shown(inside)}'.");
        if (runId is null && inside is not null && !EventRules.IsId(inside))
            throw new EventRejectedException("/payload/run_id", EventRules.IdRule);
        return runId ?? inside;
    }

    /// <summary>Whether a payload may have a <c>run_id</c> or be nested too deep. Most payloads can't, and this is found without parsing them again.</summary>
    internal static bool MayNameRun(ReadOnlySpan<byte> json) =>
        json.IndexOf("run_id"u8) >= 0 || json.IndexOf("\\u"u8) >= 0 || json.Count((byte)'{') + json.Count((byte)'[') > EventLimits.MaxPayloadDepth;

    private static string? RunIdOf(EventPayload payload)
    {
        var reader = new Utf8JsonReader(payload.Utf8.Span, PayloadOptions);
        string? runId = null;
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = runId is null && NamesRun(ref reader);
                reader.Read();
                if (found && reader.TokenType == JsonTokenType.String) runId = Text(ref reader, "/payload/run_id");
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            throw new EventRejectedException("/payload", $"must not be nested deeper than {EventLimits.MaxPayloadDepth} levels.");
        }
        return runId;
    }

    // Comparing a name with half a surrogate pair in it throws. No letter of run_id is escaped as \ud…, so such names are skipped.
    private static bool NamesRun(ref Utf8JsonReader reader) =>
        reader.ValueSpan.IndexOf("\\ud"u8) < 0 && reader.ValueSpan.IndexOf("\\uD"u8) < 0 && reader.ValueTextEquals("run_id"u8);

    private static Event ReadEnvelope(ref Utf8JsonReader reader, byte[] compact, EventDefaults defaults)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new EventRejectedException("", "An event must be a JSON object.");
        var start = reader.TokenStartIndex;
        var members = ReadMembers(ref reader, compact, isLogged: false);
        EventRules.RequireSize((int)(reader.BytesConsumed - start));

        var envelope = members.ToEvent(defaults);
        EventRules.Check(envelope, defaults.MayBeForAll);
        return envelope;
    }

    private static EnvelopeDraft ReadMembers(ref Utf8JsonReader reader, byte[] compact, bool isLogged)
    {
        var members = new EnvelopeDraft(isLogged);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) members.Read(ref reader, compact);
        return members;
    }

    /// <summary>Reads a string that may hold escapes.</summary>
    /// <exception cref="EventRejectedException">An escape is half a surrogate pair.</exception>
    internal static string Text(ref Utf8JsonReader reader, string pointer)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new EventRejectedException(pointer, "holds an escape that is half a surrogate pair.");
        }
    }

    /// <summary>RFC 3339 with any offset; digits beyond milliseconds are cut.</summary>
    // Rounded, they could name a moment in the future.
    internal static DateTimeOffset Timestamp(string text) => Rfc3339.TryParse(text, out var time)
        ? time
        : throw new EventRejectedException("/timestamp", "must be RFC 3339 with an offset, such as 2026-11-21T03:14:45.123Z.");

    private static void CheckCount(int count)
    {
        if (count > EventLimits.MaxBatchEvents)
            throw new EventRejectedException("", $"At most {EventLimits.MaxBatchEvents} events are published at once; send the rest in a further request.", isTooLarge: true);
    }
}
