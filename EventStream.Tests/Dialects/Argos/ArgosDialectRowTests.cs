using System.Text.Json;
using System.Text.Json.Nodes;
using EventStream.Dialects.Argos;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dialects.Argos;

public sealed class ArgosDialectRowTests
{
    /// <summary>The differences between native frames and what the dialect writes, with their reasons.</summary>
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["null"] = "Members that are null and have a canonical place are omitted when they come.",
        ["+timestamp"] = "Snapshots and errors have none; it is the time of arrival.",
        ["+type"] = "Error frames have none.",
        ["+message"] = "An error without words says its code.",
        ["+id"] = "A message without an id got one.",
        ["+project_id"] = "The query named it.",
        ["+run_id"] = "The query or the frame named it, and the state of a node is told with its run.",
        ["-run_id"] = "It stood beside the state of the node, and comes inside.",
        ["+node_id"] = "It stood beside the state of the node, and comes inside.",
        ["-node_id"] = "It stood beside the state of the node, and comes inside.",
        ["+status"] = "The name said it.",
        ["+error_message"] = "An error that stood beside the model stands in it as well.",
        ["+errorMessage"] = "An error that stood in the model stands beside it as well.",
    };

    [Fact]
    public void TryWrite_GivesBackWhatCame_OfEveryRow()
    {
        var differences = new List<(string, string)>();
        foreach (var row in DialectRow.Of("argos").SelectMany(rows => rows))
        {
            foreach (var own in row.Events.Where(stored => stored.SourceType is not null))
            {
                var written = DialectRow.Write((envelope, output) => ArgosDialect.TryWrite(envelope, output, out _), EventWriter.ToUtf8(own));
                differences.AddRange(Differences(own.Type == "custom_event" ? row.Native.Body : VariantA(row.Native.Body), written).Select(difference => ($"{row.Id} {written}", difference)));
            }
        }
        DialectRow.AssertExplained(differences, Reasons);
    }

    [Fact]
    public void TryWrite_NamesEachEvent_AsItCame()
    {
        foreach (var row in DialectRow.Of("argos").SelectMany(rows => rows))
        {
            foreach (var own in row.Events.Where(stored => stored.SourceType is not null))
            {
                ArgosDialect.TryWrite(EventWriter.ToUtf8(own), new System.Buffers.ArrayBufferWriter<byte>(), out var name).ShouldBeTrue();
                name.ShouldBe(own.Type == "run_error" ? "run_error" : row.Native.Type);
            }
        }
    }

    private static IEnumerable<string> Differences(JsonElement native, JsonElement written)
    {
        foreach (var difference in DialectRow.Differences(native, written))
        {
            var isModel = difference[0] == '-' && native.GetProperty(difference[1..]).ValueKind == JsonValueKind.Object && written.TryGetProperty(difference[1..], out _);
            if (!isModel) yield return difference;
            else
            {
                foreach (var inner in DialectRow.Differences(native.GetProperty(difference[1..]), written.GetProperty(difference[1..]))) yield return inner;
            }
        }
    }

    // All variants of the envelope say the same; the dialect writes this one.
    private static JsonElement VariantA(JsonElement native)
    {
        var frame = (JsonObject)JsonNode.Parse(native.GetRawText())!;
        if (frame["payload"] is JsonObject inner)
        {
            inner["timestamp"] = frame["createdAt"]!.DeepClone();
            frame = inner;
        }
        var same = new JsonObject();
        foreach (var (name, value) in frame)
        {
            var isModel = value is JsonObject;
            same[name switch { "event_type" => "type", "node_state" or "state" => "nodeState", _ => name }] = isModel ? Model(name, (JsonObject)value!) : value?.DeepClone();
        }
        return JsonElement.Parse(same.ToJsonString());
    }

    // Argos' server writes snake case, and has its own names for some members of its client.
    private static JsonObject Model(string container, JsonObject model)
    {
        var snake = new JsonObject();
        foreach (var (name, value) in model)
        {
            var called = (container, name) switch
            {
                ("message", "timestamp") => "created_at",
                ("step" or "nodeState", "errorMessage") => "error",
                (_, "agentRunId") => "run_id",
                (_, "workflowNodeId") => "node_id",
                _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(name),
            };
            snake[called] = value?.DeepClone();
        }
        return snake;
    }
}
