using System.Text.Json;
using System.Text.Json.Nodes;
using EventStream.Sources;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dialects.Reverb;

/// <summary>What came in this vocabulary comes out again, member by member.</summary>
public sealed class ReverbDialectRowTests
{
    private static readonly string[] Head = ["type", "event", "event_type", "class", "session_id", "sessionId", "execution_id", "executionId", "timestamp", "createdAt", "at", "id", "agent_id", "agentId"];

    /// <summary>Raw events and older shapes have other names for the same.</summary>
    private static readonly Dictionary<string, string[]> Names = new()
    {
        ["step"] = ["step_number"],
        ["messages"] = ["message_count"],
        ["tools"] = ["available_tools"],
        ["steps"] = ["step_count"],
        ["stepCount"] = ["step_count"],
        ["toolCallId"] = ["tool_call_id"],
        ["stopReason"] = ["stop_reason"],
        ["resolvedBy"] = ["resolved_by"],
        ["hasToolCalls"] = ["has_tool_calls"],
        ["finishReason"] = ["finish_reason"],
        ["durationMs"] = ["duration_ms"],
        ["errorType"] = ["error_type"],
        ["shouldContinue"] = ["should_continue"],
        ["name"] = ["tool"],
        ["arguments"] = ["args"],
        ["error"] = ["error_message"],
        ["errors"] = ["error_message"],
        ["reason"] = ["error"],
        // Of a chunk, of a failed execution, of a completed one.
        ["content"] = ["chunk", "error_message", "last_response"],
    };

    /// <summary>The differences between native members and those that the dialect writes, with their reasons.</summary>
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["empty tool_call_id"] = "Broadcasts name no call; the server made an id.",
        ["empty toolCallId"] = "The call had no id; the server made one.",
        ["empty args"] = "PHP writes a map without entries as a list.",
        ["arguments"] = "Arguments that are JSON in a text come as the object.",
        ["result"] = "A result that is JSON in a text comes as the value.",
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_GivesBackWhatCame_OfEveryRow(bool isFlat)
    {
        var differences = new List<(string, string)>();
        foreach (var (row, own, frame) in Told(isFlat))
        {
            if (own == "custom_event") JsonElement.DeepEquals(frame.GetProperty("payload").GetProperty("value"), row.Native.Body).ShouldBeTrue(row.Id);
            else differences.AddRange(Lost(MembersOf(row.Native), frame).Select(difference => ($"{row.Id} {row.Native.Body} {frame}", difference)));
        }
        DialectRow.AssertExplained(differences, Reasons);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_HasTheEnvelopeOfEveryRow(bool isFlat)
    {
        foreach (var (row, own, frame) in Told(isFlat))
        {
            if (own == "custom_event" || (isFlat && own == "agent_continuation")) continue;
            string[] head = ["type", "session_id", "execution_id", "timestamp"];
            frame.EnumerateObject().Select(member => member.Name).Take(4).ShouldBe(head, row.Id);
            if (!isFlat) frame.EnumerateObject().Select(member => member.Name).Skip(4).ShouldBe(["payload"], row.Id);
            if (row.Native.Type.StartsWith("agent.", StringComparison.Ordinal) != isFlat && row.Native.Type.Contains('.') && !row.Native.Type.StartsWith("execution.", StringComparison.Ordinal))
                frame.GetProperty("type").GetString().ShouldBe(row.Native.Type, row.Id);
            if (row.Native.SessionId is { } session) frame.GetProperty("session_id").GetString().ShouldBe(session, row.Id);
            if (row.Native.ExecutionId is { } execution) frame.GetProperty("execution_id").GetString().ShouldBe(execution, row.Id);
            if (row.Native.Timestamp is { } time) frame.GetProperty("timestamp").GetDateTimeOffset().ShouldBe(time, TimeSpan.FromMilliseconds(1), row.Id);
        }
    }

    /// <summary>Each native event with the canonical type and the frame of the event that it became.</summary>
    private static IEnumerable<(DialectRow Row, string Type, JsonElement Frame)> Told(bool isFlat)
    {
        foreach (var rows in DialectRow.Of("cognesy"))
        {
            var telling = new ReverbTelling(isFlat);
            foreach (var row in rows)
            {
                var (stored, frame) = row.Events.Select(stored => (stored, Frame: telling.Tell(stored))).Where(pair => pair.stored.SourceType is not null && pair.Frame is not null).Last();
                yield return (row, stored.Type, frame!.Value);
            }
        }
    }

    private static IEnumerable<string> Lost(JsonElement native, JsonElement frame)
    {
        var members = ReverbTelling.MembersOf(frame);
        foreach (var member in native.EnumerateObject())
        {
            if (Names.GetValueOrDefault(member.Name, []).Prepend(member.Name).Any(name => Find(members, name) is { } value && IsSame(member, value))) continue;
            if (member.Value.ValueKind != JsonValueKind.Null || Find(members, member.Name) is { ValueKind: not JsonValueKind.Null })
                yield return member.Value.GetRawText() is "null" or "[]" or "\"\"" ? $"empty {member.Name}" : member.Name;
        }
    }

    private static bool IsSame(JsonProperty native, JsonElement written) =>
        !DialectRow.Differences(JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement> { ["value"] = native.Value }), JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement> { ["value"] = written })).Any();

    // An answer is a member of the output.
    private static JsonElement? Find(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) ? value
        : name == "last_response" && members.TryGetProperty("output", out var output) && output.ValueKind == JsonValueKind.Object && output.TryGetProperty(name, out var last) ? last : null;

    // All shapes say the same: members stand in data, payload, metadata or beside them.
    private static JsonElement MembersOf(NativeEvent native)
    {
        var members = new JsonObject();
        Lift(JsonNode.Parse(native.Body.GetRawText())!.AsObject(), members);
        return JsonElement.Parse(members.ToJsonString());
    }

    private static void Lift(JsonObject from, JsonObject members)
    {
        foreach (var (name, value) in from)
        {
            if (name is "data" or "payload" or "metadata" && Inner(value) is { } inner) Lift(inner, members);
            else if (!Head.Contains(name)) members[name] = value?.DeepClone();
        }
    }

    private static JsonObject? Inner(JsonNode? value) => value as JsonObject ?? (value is JsonValue text && text.TryGetValue<string>(out var json) ? JsonNode.Parse(json) as JsonObject : null);
}
