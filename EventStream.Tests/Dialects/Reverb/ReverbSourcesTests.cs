using System.Text.Json;
using EventStream.Events;
using EventStream.Sources;
using EventStream.Tests.Sources;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dialects.Reverb;

/// <summary>Whatever system an agent runs on, a page finds every member that it reads.</summary>
public sealed class ReverbSourcesTests
{
    private static readonly Dictionary<string, string[]> Members = new()
    {
        ["status"] = ["status", "assistant_name", "step_count", "error_message", "output"],
        ["step.started"] = ["step_number", "status_type", "content", "tool_info", "tokens"],
        ["step.completed"] = ["step_number", "status_type", "content", "tool_info", "tokens"],
        ["tool.started"] = ["tool", "args"],
        ["tool.called"] = ["tool", "args"],
        ["tool.completed"] = ["tool", "success", "error", "duration"],
        ["stream.chunk"] = ["chunk", "is_complete", "tokens_delta"],
    };

    public static TheoryData<string, bool> Sources =>
        [.. SourceCatalogue.All.Where(source => source.Name != "auto").SelectMany(source => ((bool[])[false, true]).Select(isFlat => new TheoryDataRow<string, bool>(source.Name, isFlat)))];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Write_GivesEveryMemberThatPagesRead_OfEveryRow(string source, bool isFlat)
    {
        var told = 0;
        foreach (var (_, frame) in Vectors(source).SelectMany(stored => Frames(stored, isFlat)))
        {
            var type = frame.GetProperty("type").GetString()!;
            if (!type.Contains('.', StringComparison.Ordinal) || frame.TryGetProperty("event_id", out _)) continue;
            var name = type.Replace("agent.", "", StringComparison.Ordinal).Replace("session.", "", StringComparison.Ordinal);
            if (name == "continuation") continue;
            var names = ReverbTelling.MembersOf(frame).EnumerateObject().Select(member => member.Name).ToList();
            Members[name].Except(names).ShouldBeEmpty($"{frame}");
            told++;
        }
        told.ShouldBeGreaterThan(0);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Write_TellsTheTextOfEachMessage_AndItsEndOnce(string source, bool isFlat)
    {
        foreach (var stored in Vectors(source))
        {
            var texts = new Dictionary<string, string>();
            var ends = new List<string>();
            foreach (var (type, frame) in Frames(stored, isFlat).Where(pair => pair.Frame.GetProperty("type").GetString()!.EndsWith("stream.chunk", StringComparison.Ordinal)))
            {
                var members = ReverbTelling.MembersOf(frame);
                var id = members.GetProperty("message_id").GetString()!;
                if (type == "agent_message_delta" && members.TryGetProperty("replace", out _)) texts.Remove(id);
                texts[id] = texts.GetValueOrDefault(id, "") + JsonText.Text(members.GetProperty("chunk"));
                if (members.GetProperty("is_complete").GetBoolean()) ends.Add(id);
            }
            ends.ShouldBeUnique();
            // No chunk takes back a text that an update replaces.
            var replaced = stored.Where(next => next.Type == "message_updated").Select(next => next.Said("message_id")).ToHashSet();
            foreach (var end in stored.Where(next => next.Type == "agent_message_end" && next.Said("content_truncated") is null && !replaced.Contains(next.Said("message_id"))))
            {
                ends.ShouldContain(end.Said("message_id"));
                // Some systems leave white space out when a message ends.
                texts[end.Said("message_id")!].Trim().ShouldBe(JsonText.Text(JsonElement.Parse(end.Payload.Utf8.Span).GetProperty("content"))!.Trim());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Write_EndsEachRunWithAFinalStatus_AndEachCallWithAnOutcome(string source, bool isFlat)
    {
        foreach (var (type, frame) in Vectors(source).SelectMany(stored => Frames(stored, isFlat)))
        {
            if (EventCatalogue.RoleOf(type) == EventRole.EndsRun) ReverbTelling.MembersOf(frame).GetProperty("status").GetString().ShouldBeOneOf("completed", "failed", "cancelled", "stopped");
            if (type == "tool_call_result" && frame.GetProperty("type").GetString()!.Contains('.', StringComparison.Ordinal))
                ReverbTelling.MembersOf(frame).GetProperty("success").ValueKind.ShouldBeOneOf(JsonValueKind.True, JsonValueKind.False);
        }
    }

    private static IEnumerable<List<Event>> Vectors(string source) => DialectRow.Of(source).Select(rows => rows.SelectMany(row => row.Events).ToList());

    private static IEnumerable<(string Type, JsonElement Frame)> Frames(List<Event> stored, bool isFlat)
    {
        var telling = new ReverbTelling(isFlat);
        return stored.Select(next => (next.Type, Frame: telling.Tell(next))).Where(pair => pair.Frame is not null).Select(pair => (pair.Type, pair.Frame!.Value));
    }
}
