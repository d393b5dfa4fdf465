using System.Buffers;
using System.Text;
using System.Text.Json;
using EventStream.Dialects.Argos;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dialects.Argos;

public sealed class ArgosDialectTests
{
    private const string Time = "2025-12-19T07:39:07.123000+00:00";

    /// <summary>Canonical type, payload, and the frame without its timestamp.</summary>
    public static TheoryData<string, string, string> Canonical => new()
    {
        { "run_created", """{"run_id":"r","agent":"a"}""", """{"type":"agent.run.created","run":{"id":"r","agent_id":"a","status":"pending","context_item_ids":[]}}""" },
        { "run_started", """{"run_id":"r"}""", """{"type":"agent.run.started","run":{"id":"r","status":"running","started_at":"NOW","context_item_ids":[]}}""" },
        { "run_updated", """{"run_id":"r","status":"paused"}""", """{"type":"agent.run.updated","run":{"id":"r","status":"paused","context_item_ids":[]}}""" },
        { "run_awaiting_input", """{"run_id":"r"}""", """{"type":"agent.run.pending_input","run":{"id":"r","status":"pending_input","context_item_ids":[]}}""" },
        { "run_completed", """{"run_id":"r","output":"Done"}""", """{"type":"agent.run.completed","run":{"id":"r","status":"completed","output_summary":"Done","finished_at":"NOW","context_item_ids":[]}}""" },
        { "run_completed", """{"run_id":"r","output":{"a":1},"status":"stopped"}""", """{"type":"agent.run.completed","run":{"id":"r","status":"completed","source_status":"stopped","output_summary":"{\"a\":1}","finished_at":"NOW","context_item_ids":[]}}""" },
        { "run_failed", """{"run_id":"r","error":"Boom","error_type":"E"}""", """{"type":"agent.run.failed","run":{"id":"r","status":"failed","output_summary":"Boom","finished_at":"NOW","context_item_ids":[],"error_type":"E"},"errorMessage":"Boom"}""" },
        { "run_cancelled", """{"run_id":"r","termination_reason":"user"}""", """{"type":"agent.run.cancelled","run":{"id":"r","status":"cancelled","finished_at":"NOW","context_item_ids":[],"termination_reason":"user"}}""" },
        { "ingest_job_created", """{"job_id":"j","project_id":"p"}""", """{"type":"ingest.job.created","job":{"id":"j","project_id":"p","status":"queued","created_at":"NOW"}}""" },
        { "ingest_job_updated", """{"job_id":"j","status":"running","progress":0.5}""", """{"type":"ingest.job.updated","job":{"id":"j","status":"running","progress":0.5}}""" },
        { "ingest_job_completed", """{"job_id":"j","progress":1}""", """{"type":"ingest.job.completed","job":{"id":"j","status":"completed","completed_at":"NOW","progress":1}}""" },
        { "ingest_job_failed", """{"job_id":"j","error_message":"No"}""", """{"type":"ingest.job.failed","job":{"id":"j","status":"failed","completed_at":"NOW","error_message":"No"},"errorMessage":"No"}""" },
        { "ingest_job_cancelled", """{"job_id":"j"}""", """{"type":"ingest.job.cancelled","job":{"id":"j","status":"cancelled","completed_at":"NOW"}}""" },
        { "agent_step_started", """{"step_number":2}""", """{"type":"agent.step.updated","step":{"id":"s1:2","status":"running","started_at":"NOW","step_number":2}}""" },
        { "agent_step_updated", """{"step_id":"t","run_id":"r","status":"failed","error":"e"}""", """{"type":"agent.step.updated","step":{"id":"t","run_id":"r","status":"failed","error":"e"}}""" },
        { "agent_step_completed", """{"step_number":2,"content":"x"}""", """{"type":"agent.step.updated","step":{"id":"s1:2","status":"completed","completed_at":"NOW","step_number":2,"output":"x"}}""" },
        { "message_created", """{"message_id":"m","role":"user","content":"Hi","run_id":"r"}""", """{"type":"agent.message.appended","message":{"id":"m","run_id":"r","role":"user","content":"Hi","created_at":"NOW","context_item_ids":[]}}""" },
        { "agent_message_end", """{"message_id":"m","content":"Hi","agent":"a"}""", """{"type":"agent.message.appended","message":{"id":"m","role":"assistant","content":"Hi","agent":"a","created_at":"NOW","context_item_ids":[]}}""" },
        { "workflow_run_created", """{"run_id":"w","workflow_id":"f"}""", """{"type":"workflow.run.created","run":{"id":"w","workflow_id":"f","status":"pending"}}""" },
        { "workflow_run_updated", """{"run_id":"w","last_message":"m"}""", """{"type":"workflow.run.updated","run":{"id":"w","last_message":"m"}}""" },
        { "workflow_run_completed", """{"run_id":"w","finished_at":"then"}""", """{"type":"workflow.run.completed","run":{"id":"w","status":"completed","finished_at":"then"}}""" },
        { "workflow_run_failed", """{"run_id":"w","error_message":"e"}""", """{"type":"workflow.run.failed","run":{"id":"w","status":"failed","finished_at":"NOW","error_message":"e"},"errorMessage":"e"}""" },
        { "workflow_run_cancelled", """{"run_id":"w"}""", """{"type":"workflow.run.cancelled","run":{"id":"w","status":"cancelled","cancelled_at":"NOW"}}""" },
        { "workflow_run_paused", """{"run_id":"w"}""", """{"type":"workflow.run.paused","run":{"id":"w","status":"paused","paused_at":"NOW"}}""" },
        { "workflow_run_resumed", """{"run_id":"w"}""", """{"type":"workflow.run.resumed","run":{"id":"w","status":"running"}}""" },
        { "workflow_node_state_updated", """{"node_id":"n","run_id":"w","status":"running"}""", """{"type":"workflow.node_state.updated","nodeState":{"node_id":"n","run_id":"w","status":"running","messages":[]}}""" },
        { "agent_message_delta", """{"message_id":"m","delta":"x"}""", """{"type":"agent_message_delta","payload":{"message_id":"m","delta":"x"}}""" },
        { "tool_call_started", """{"tool_call_id":"t","tool_name":"n","args":{}}""", """{"type":"tool_call_started","payload":{"tool_call_id":"t","tool_name":"n","args":{}}}""" },
        { "run_error", """{"error_type":"e","message":"m"}""", """{"type":"run_error","payload":{"error_type":"e","message":"m"}}""" },
        { "custom_event", """{"name":"ingest.job.updated","value":{"job":1}}""", """{"type":"custom_event","payload":{"name":"ingest.job.updated","value":{"job":1}}}""" },
        { "my.own", """{"a":1}""", """{"type":"my.own","payload":{"a":1}}""" },
        { "run_started", """{"agent":"of no run"}""", """{"type":"run_started","payload":{"agent":"of no run"}}""" },
    };

    [Theory]
    [MemberData(nameof(Canonical))]
    public void TryWrite_UsesArgosModels_ForEventsOfOthers(string type, string payload, string expected) => AssertFrame(type, payload, "", expected);

    [Fact]
    public void TryWrite_NeverTakesNamesOfOthersForArgosOwn_WhichMeanSomethingElse() => AssertFrame(
        "agent_step_completed", """{"step_number":1}""", ""","execution_id":"x","source":"cognesy","source_type":"agent.step.completed" """,
        """{"type":"agent.step.updated","step":{"id":"x:1","status":"completed","completed_at":"NOW","step_number":1}}""");

    [Fact]
    public void TryWrite_TellsTheEndInTheStatus_WhenOnlyTheNameIsFinal() => AssertFrame(
        "ingest_job_completed", """{"job_id":"j","status":"running","source_status":"RUNNING"}""", Own("ingest.job.completed"),
        """{"type":"ingest.job.completed","job":{"id":"j","status":"completed","source_status":"RUNNING"}}""");

    [Fact]
    public void TryWrite_TellsTheEndInTheStatus_WhenTheNameIsNotFinal() => AssertFrame(
        "run_completed", """{"run_id":"r","status":"completed","source_status":"COMPLETED","output":"x"}""", Own("agent.run.updated"),
        """{"type":"agent.run.updated","run":{"id":"r","status":"COMPLETED","output_summary":"x"}}""");

    [Fact]
    public void TryWrite_KeepsBothErrors_OfModelAndFrame() => AssertFrame(
        "ingest_job_failed", """{"job_id":"j","status":"failed","error_message":"inside","errorMessage":"beside"}""", Own("ingest.job.failed"),
        """{"type":"ingest.job.failed","job":{"id":"j","status":"failed","error_message":"inside"},"errorMessage":"beside"}""");

    [Fact]
    public void TryWrite_PutsBackWhatContradicted_WhereItsNameIsFree() => AssertFrame(
        "ingest_job_updated", """{"job_id":"j","stage":"job","native":{"stage":"frame","job_id":"other"}}""", Own("ingest.job.updated"),
        """{"type":"ingest.job.updated","job":{"id":"j","stage":"job","job_id":"other","native":{"stage":"frame"}}}""");

    [Fact]
    public void TryWrite_NamesWhatTheServerAdded_ByItsMeaning() => AssertFrame(
        "agent_message_end", """{"message_id":"m","content":"Hi"}""", ""","run_id":"r","source":"argos" """,
        """{"type":"agent.message.appended","message":{"id":"m","run_id":"r","role":"assistant","content":"Hi"}}""");

    [Fact]
    public void TryWrite_TakesIdsOfTheEnvelope_WhenThePayloadHasNone() => AssertFrame(
        "run_started", "{}", ""","run_id":"r","project_id":"p","agent_id":"a" """,
        """{"type":"agent.run.started","run":{"id":"r","project_id":"p","agent_id":"a","status":"running","started_at":"NOW","context_item_ids":[]}}""");

    [Fact]
    public void TryWrite_WritesThePayloadAsItIs_WhenItsMembersCannotBeToldApart()
    {
        var written = Write("run_started", """{"run_id":"r","run_id":"r","\ud800":1}""", Own("agent.run.started"));

        written.ShouldBe($$$"""{"type":"run_started","timestamp":"{{{Time}}}","payload":{"run_id":"r","run_id":"r","\ud800":1}}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"type":"run_started"}""")]
    [InlineData("""{"type":"run_started","payload":[]}""")]
    [InlineData("""{"type":"Not a type","payload":{}}""")]
    [InlineData("{\"type\":\"run_started\",\n\"payload\":{}}")]
    [InlineData("""{"type":"run_started","payload":{}} {}""")]
    public void TryWrite_RefusesWhatIsNoEnvelope_AndWritesNothing(string envelope)
    {
        var output = new ArrayBufferWriter<byte>();
        ArgosDialect.TryWrite(Encoding.UTF8.GetBytes(envelope), output, out var name).ShouldBeFalse();

        output.WrittenCount.ShouldBe(0);
        name.ShouldBeEmpty();
    }

    private static string Own(string type) => $$""","source":"argos","source_type":"{{type}}" """;

    private static void AssertFrame(string type, string payload, string more, string expected)
    {
        var written = Write(type, payload, more);
        var frame = expected.Insert(1, $"\"timestamp\":\"{Time}\",").Replace("NOW", Time, StringComparison.Ordinal);
        JsonElement.DeepEquals(JsonElement.Parse(frame), JsonElement.Parse(written)).ShouldBeTrue(written);
    }

    private static string Write(string type, string payload, string more)
    {
        var output = new ArrayBufferWriter<byte>();
        var envelope = $$"""{"event_id":"e","session_id":"s1","timestamp":"2025-12-19T07:39:07.123Z","type":"{{type}}","payload":{{payload}}{{more}}}""";
        ArgosDialect.TryWrite(Encoding.UTF8.GetBytes(envelope), output, out var name).ShouldBeTrue();
        var written = Encoding.UTF8.GetString(output.WrittenSpan);
        JsonElement.Parse(written).GetProperty("type").GetString().ShouldBe(name);
        return written;
    }
}
