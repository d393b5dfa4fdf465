using System.Text.Json;
using EventStream.Bus;
using EventStream.Sources;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources.Auto;

public sealed class AutoNormaliserTests
{
    // Frames whose source can't be seen: the publisher must name it.
    private static readonly HashSet<string> Ambiguous = ["adk/payload-no-object", "ya-agent/envelope-type-member", "ya-agent/ag-ui-not-yet", "cognesy/no-type-and-no-class", "eddie/stream-unknown",
        "anthropic/ping", "anthropic/unknown", "anthropic/user-image", "anthropic/user-message", "openai/chat/error", "openai/chat/messages", "openai/error", "openai/error-nested", "openai/error-without-response"];

    public static TheoryData<string> Ids => [.. Vector.All.Values.Where(vector => vector.Source != "auto" && !Ambiguous.Contains(vector.Id)).Select(vector => vector.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Read_FindsTheVocabulary_OfEveryKnownFrame(string id)
    {
        var vector = Vector.All[id];
        // Some frames say nothing, so it needn't be known whose they are.
        foreach (var frame in vector.Input) if (SourceOf(frame, vector.Context) is var found and not "none") found.ShouldBe(vector.Source, frame);
    }

    [Theory]
    [InlineData("""{"event":"message.partial","data":{"id":"m1","sessionId":"s1","role":"assistant","content":"Hello"}}""", "eddie")]
    [InlineData("""{"event":"session.deleted","data":"6f0c1d9e-0b1b-4a5e-9c1f-2d1b0c9a7e11"}""", "eddie")]
    [InlineData("""{"phase":"model_call","sessionId":"s1","data":{}}""", "eddie")]
    [InlineData("""{"type":"tool_call","name":"bash","arguments":{}}""", "eddie")]
    [InlineData("""{"type":"error","message":"broken"}""", "eddie")]
    [InlineData("""{"type":"agent_thought","session_id":"s1","payload":{"content":"Hm"}}""", "adk")]
    [InlineData("""{"type":"agent.step.completed","session_id":"s1","payload":{"step_number":1}}""", "cognesy")]
    [InlineData("""{"type":"agent.step.completed","nodeState":{"node_id":"n"}}""", "argos")]
    [InlineData("""{"type":"agent.message.appended","message":{"id":"m1"}}""", "argos")]
    [InlineData("""{"event_type":"run_started","session_id":"s1","payload":{}}""", "ya-agent")]
    [InlineData("""{"event_type":"ingest.job.updated","job":{"id":"j1"}}""", "argos")]
    [InlineData("""{"event_type":"tool.called","session_id":"s1","content":"x"}""", "cognesy")]
    [InlineData("""{"eventId":"e1","createdAt":"2025-12-19T07:39:32Z","payload":{"type":"agent.run.created","run":{"id":"r1"}}}""", "argos")]
    [InlineData("""{"error":"run_not_found","run_id":"r1"}""", "argos")]
    [InlineData("""{"event":"stream.chunk","data":{"session_id":"s1","chunk":"Found "}}""", "cognesy")]
    [InlineData("""{"event":"agent.status","channel":"private-agent.s1","data":"{\"status\":\"processing\"}"}""", "cognesy")]
    [InlineData("""{"class":"ToolCallStarted","tool":"search","args":{}}""", "cognesy")]
    [InlineData("""{"class":"ChatMessagePartialEvent","message":{"id":"m1"}}""", "eddie")]
    [InlineData("""{"agent_id":"main","event":{"event_kind":"part_start"}}""", "ya-agent")]
    [InlineData("""{"class":"AgentExecutionFailedEvent","error":"boom"}""", "ya-agent")]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", "anthropic")]
    [InlineData("""{"type":"response.created","response":{"id":"resp_1"}}""", "openai")]
    [InlineData("""{"choices":[{"delta":{"content":"a"}}]}""", "openai")]
    [InlineData("""{"type":"function_call_output","call_id":"c1","output":"7"}""", "openai")]
    [InlineData("""{"type":"RUN_STARTED","threadId":"t1","runId":"r1"}""", "agui")]
    [InlineData("""{"type":"RAW","event":{"a":1}}""", "agui")]
    [InlineData("""{"type":"CUSTOM","name":"mark","value":1}""", "agui")]
    [InlineData("""{"type":"LATER_INVENTED"}""", "auto")]
    [InlineData("""{"type":"weather","degrees":3}""", "auto")]
    [InlineData("{}", "auto")]
    public void Read_FindsTheVocabulary_ByTheShape(string frame, string expected) => SourceOf(frame, new IngestContext()).ShouldBe(expected);

    [Fact]
    public async Task Ingest_NamesTheVocabularyThatWasFound_AsTheSource()
    {
        var run = new SourceRun();
        await run.IngestAsync("auto", """[{"type":"agent_thought","session_id":"s1","payload":{"content":"Hm"}},{"type":"weather","session_id":"s1","degrees":3}]""");

        run.Stored.Select(stored => (stored.Source, stored.SourceType, stored.Type)).ShouldBe([("adk", "agent_thought", "agent_thought"), ("auto", "weather", "custom_event")]);
    }

    private static string SourceOf(string frame, IngestContext context) =>
        SourceCatalogue.Find("auto")!.Read(JsonElement.Parse(frame), context).Select(native => native.Source.Name).FirstOrDefault("none");
}
