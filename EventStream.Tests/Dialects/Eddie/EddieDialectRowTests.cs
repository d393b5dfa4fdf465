using System.Text.Json;
using System.Text.Json.Nodes;
using EventStream.Dialects.Eddie;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources;
using EventStream.Sources.Eddie;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dialects.Eddie;

public sealed class EddieDialectRowTests
{
    /// <summary>The differences between native frames and what the dialect writes, with their reasons.</summary>
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["-data"] = "A session that was deleted may be told as a bare id; it comes as {id}.",
        ["-arguments"] = "Arguments that were null are none, and so an empty object; a result doesn't repeat those of its call.",
        ["-toolCallId"] = "Inside the process the id of a tool call is called so; it comes under the name that the wire has.",
        ["+id"] = "What had no id got one.",
        ["+text"] = "The end of a thought tells it whole.",
        ["+sessionId"] = "The console's events name none; the query did.",
        ["+timestamp"] = "It is optional, and then the time of arrival.",
        ["+agentId"] = "The wire writes it on each tool event, null when there is none.",
        ["+result"] = "The wire writes it on each tool event, null when there is none.",
        ["~agentId, agent_id"] = "A blank agent beside another stays aside in native.",
        ["+arguments"] = "The wire writes it on each tool event, null when there is none.",
    };

    [Fact]
    public void TryWrite_GivesBackWhatCame_OfEveryRow()
    {
        var differences = new List<(string, string)>();
        foreach (var rows in DialectRow.Of("eddie"))
        {
            var client = new EddieDialect(new TextBudget(EddieDialect.MaxTextBytes));
            foreach (var row in rows)
            {
                var written = row.Events.Select(stored => (stored.SourceType, Frame: DialectRow.Write(client.TryWrite, EventWriter.ToUtf8(stored)))).Where(pair => pair.SourceType is not null).Select(pair => pair.Frame).ToList();
                if (written.Count > 0) differences.AddRange(Differences(row.Native, written).Select(difference => ($"{row.Id} {string.Join('\n', written)}", difference)));
            }
        }
        DialectRow.AssertExplained(differences, Reasons);
    }

    // A native event may become several canonical ones. The last one contains everything, except for a trace record, where the first one, the log entry, does.
    private static IEnumerable<string> Differences(NativeEvent native, List<JsonElement> written)
    {
        var isRecord = EddieTraceRecord.IsOne(new NativeBody(native.Body), native.Type);
        var frame = isRecord ? written[0] : written[^1];
        frame.EnumerateObject().Select(member => member.Name).ShouldBe(["event", "data"]);
        frame.GetProperty("event").GetString().ShouldBe(isRecord ? EddieNames.Logs : native.Type);
        var data = frame.GetProperty("data");
        if (isRecord) return JsonElement.DeepEquals(native.Body, data[0].GetProperty("context")) ? [] : ["-context"];
        if (data.ValueKind == JsonValueKind.Array) data = data[0];
        if (native.Type == EddieNames.PartialMessage) data = data.GetProperty("message");
        if (native.Body.ValueKind != JsonValueKind.Object) return JsonElement.DeepEquals(native.Body, data) ? [] : ["-data"];

        if (data.TryGetProperty("native", out var aside) && aside.TryGetProperty("agentId", out _)) return ["~agentId, agent_id"];
        var whole = (JsonObject)JsonNode.Parse(native.Body.GetRawText())!;
        foreach (var beside in native.Beside) whole[beside.Name] = JsonNode.Parse(beside.Value.GetRawText());
        return DialectRow.Differences(JsonElement.Parse(whole.ToJsonString()), data);
    }
}
