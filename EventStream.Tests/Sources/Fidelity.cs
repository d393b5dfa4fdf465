using System.Text;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;
using EventStream.Sources;
using EventStream.Tests.Support;
using Shouldly;

namespace EventStream.Tests.Sources;

/// <summary>What holds for every source and every input: it is ingested or refused for one of two reasons, and no part of it is lost.</summary>
internal static class Fidelity
{
    /// <summary>Takes native events in, in order, and looks for each of their texts and numbers in what they became.</summary>
    /// <param name="source">The vocabulary of the events.</param>
    /// <param name="context">What is known besides.</param>
    /// <param name="frames">The events; those that are no JSON an ingest would take are left out.</param>
    /// <param name="mayRepeat">Whether an event may be left out because it repeats another.</param>
    public static void Check(string source, IngestContext context, IEnumerable<string> frames, bool mayRepeat)
    {
        var state = SessionState.Empty;
        var canonical = new List<Event>();
        var canonicalLeaves = new HashSet<string>();
        foreach (var frame in frames)
        {
            if (Parse(frame) is not { } json) continue;
            var natives = Read(source, json, context);
            if (natives.Count == 0) continue;
            var batch = SourceBatch.From(natives, 0, state, new NormalisedEvents(new EventFactory(FixedTime.Instance), FixedTime.Instance), out _);
            state = batch.State;
            if (batch.Events.Count == 0 && mayRepeat) continue;
            batch.Events.ShouldNotBeEmpty(frame);
            // Canonical events must be readable. Only the server may name the broadcast stream, so the reader would refuse those.
            foreach (var stored in batch.Events.Where(stored => stored.SessionId != EventRules.ReservedSessionId)) EventReader.Read(EventWriter.ToUtf8(stored), new EventDefaults(null, FixedTime.Instance));
            // An event needn't repeat earlier ones, such as the arguments of a call with its result.
            if (!mayRepeat)
            {
                canonical.Clear();
                canonicalLeaves.Clear();
            }
            canonical.AddRange(batch.Events);
            canonicalLeaves.UnionWith(batch.Events.SelectMany(LeavesOf));
            var lost = Leaves(json, implied: Implied(natives[0].Source.Name)).Except(canonicalLeaves).Where(leaf => !canonical.AsEnumerable().Reverse().Any(stored => IsIn(stored, leaf))).ToList();
            lost.ShouldBeEmpty($"{frame} became {string.Join('\n', batch.Events.Select(stored => Encoding.UTF8.GetString(EventWriter.ToUtf8(stored))))}");
        }
    }

    // The types of a response's parts, and the roles, that their canonical type says.
    private static string[] Implied(string source) => source switch
    {
        "openai" => ["response", "message", "output_text", "refusal", "reasoning", "summary_text", "function"],
        "anthropic" => ["message", "text", "thinking", "tool_use", "tool_result", "text_delta", "thinking_delta", "signature_delta", "input_json_delta"],
        "agui" => ["success", "interrupt", "suspended", "cancelled", "function", "user", "system", "developer", "assistant", "reasoning", "tool"],
        _ => [],
    };

    private static IReadOnlyList<NativeEvent> Read(string source, JsonElement json, IngestContext context)
    {
        try
        {
            return NativeReader.Read(json, SourceCatalogue.Find(source)!, context);
        }
        catch (EventRejectedException e) when (e.Message.Contains("names no session", StringComparison.Ordinal) || e.Message.Contains("must ", StringComparison.Ordinal))
        {
            return [];
        }
    }

    private static JsonElement? Parse(string frame)
    {
        try
        {
            return JsonElement.Parse(CompactJson.From(Encoding.UTF8.GetBytes(frame)));
        }
        catch (EventRejectedException)
        {
            return null;
        }
    }

    // Values that are nested too deep are stored as text.
    private static IEnumerable<string> LeavesOf(Event stored)
    {
        var leaves = Leaves(JsonElement.Parse(EventWriter.ToUtf8(stored)), isStored: true).ToList();
        return leaves.Concat(leaves.Where(leaf => leaf[0] is '{' or '[' or '"').Select(Parse).OfType<JsonElement>().SelectMany(json => Leaves(json, isStored: true)));
    }

    // The envelope holds the time to the millisecond, and JSON in a text may have been parsed.
    private static bool IsIn(Event stored, string leaf) =>
        (NativeTime.Read(leaf) is { } time && (time - stored.Timestamp).Duration() < TimeSpan.FromMilliseconds(1))
        || (double.TryParse(leaf, out var count) && NativeTime.Read(JsonElement.Parse(leaf)) is { } moment && (moment - stored.Timestamp).Duration() < TimeSpan.FromMilliseconds(1))
        || (leaf[0] is '{' or '[' && Parse(leaf) is { } parsed && !Leaves(parsed).Except(LeavesOf(stored)).Any());

    // An object like PHP's date may be stored as a time or member by member, so the canonical events count with both.
    private static IEnumerable<string> Leaves(JsonElement json, bool isStored = false, params string[] implied)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                if (NativeTime.Read(json) is { } time && (isStored || IsOnlyTime(json)))
                {
                    yield return $"{time:O}";
                    if (!isStored) break;
                }
                var isPlain = NativeBody.IsPlain(json);
                foreach (var member in json.EnumerateObject())
                {
                    if (isPlain && (member.Name is "type" or "object" or "role") && implied.Contains(JsonText.Text(member.Value))) continue;
                    foreach (var leaf in Leaves(member.Value, isStored, implied)) yield return leaf;
                }
                break;
            case JsonValueKind.Array:
                foreach (var leaf in json.EnumerateArray().SelectMany(item => Leaves(item, isStored, implied))) yield return leaf;
                break;
            case JsonValueKind.Number:
                yield return json.GetRawText();
                break;
            case JsonValueKind.String:
                var text = JsonText.Text(json) ?? json.GetRawText()[1..^1];
                if (text.Length > 0) yield return text;
                break;
        }
    }

    private static bool IsOnlyTime(JsonElement json) =>
        NativeBody.IsPlain(json) && json.EnumerateObject().All(member => member.Name is "date" or "timezone_type" or "timezone");
}
