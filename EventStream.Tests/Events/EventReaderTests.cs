using System.Text;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

public sealed class EventReaderTests
{
    private const string IdRule = "must be 1 to 128 characters: a letter or digit, then letters, digits or any of . _ : @ -";
    private const string TypeRule = "must be 1 to 64 characters: a lower-case letter, then lower-case letters, digits, _ or .; open, error and message are taken by EventSource itself.";
    private const string EventIdRule = "must be 1 to 128 printable ASCII characters without spaces.";
    private const string TextRule = "must be 1 to 256 characters, or absent.";
    private const string TraceRule = "must be a W3C trace context, such as 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.";
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Fact]
    public void Read_FillsInWhatIsAbsent_WhenThereIsOnlyAType()
    {
        var read = Read("""{"type":"custom"}""");
        Guid.Parse(read.EventId).Version.ShouldBe(7);
        read.ShouldBe(new Event
        {
            EventId = read.EventId,
            SessionId = "s1",
            Timestamp = FixedTime.Now,
            Type = "custom",
            Payload = EventPayload.Empty,
        });
    }

    [Fact]
    public void Read_TakesEveryMember_InAnyOrder()
    {
        var read = Read($$"""
            {"traceparent":"{{Trace}}","execution_id":"x","source_type":"chat.chunk","source":"eddie","agent_id":"planner é","project_id":"p1","run_id":"r1",
             "payload":{"b":1.0, "a":[1e400]},"type":"custom","timestamp":"2026-11-21T04:14:45.123+01:00","session_id":"s1","event_id":"e1"}
            """);
        read.Payload.ToString().ShouldBe("""{"b":1.0,"a":[1e400]}""");
        read.ShouldBe(new Event
        {
            EventId = "e1",
            SessionId = "s1",
            Timestamp = FixedTime.Now,
            Type = "custom",
            Payload = read.Payload,
            RunId = "r1",
            ProjectId = "p1",
            AgentId = "planner é",
            Source = "eddie",
            SourceType = "chat.chunk",
            ExecutionId = "x",
            Traceparent = Trace,
        });
    }

    [Fact]
    public void Read_TakesNullAsAbsent_WhenTheMemberIsOptional()
    {
        var read = Read("""
            {"type":"custom","payload":{},"event_id":null,"session_id":null,"timestamp":null,"run_id":null,"project_id":null,"agent_id":null,"source":null,
             "source_type":null,"execution_id":null,"traceparent":null}
            """);
        Encoding.UTF8.GetString(EventWriter.ToUtf8(read)).ShouldBe(
            $$$"""{"event_id":"{{{read.EventId}}}","session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"custom","payload":{}}""");
    }

    [Theory]
    [InlineData("\"1-1\"")]
    [InlineData("7")]
    [InlineData("{\"a\":[1]}")]
    public void Read_LeavesOutTheCursor_WhenTheEventComesOutOfAHistory(string id) =>
        Read($$"""{"id":{{id}},"type":"custom"}""").Type.ShouldBe("custom");

    [Fact]
    public void Read_UnderstandsEscapes_InNamesAndValues() => Read("""{"\u0074ype":"cust\u006fm"}""").Type.ShouldBe("custom");

    [Theory]
    [InlineData("null", "An event must be a JSON object.")]
    [InlineData("\"x\"", "An event must be a JSON object.")]
    [InlineData("[]", "An event must be a JSON object.")]
    [InlineData("{}", "/type is missing.")]
    [InlineData("""{"type":null}""", "/type is missing.")]
    [InlineData("""{"type":7}""", "/type must be a string.")]
    [InlineData("""{"type":{}}""", "/type must be a string.")]
    [InlineData("""{"type":""}""", $"/type {TypeRule}")]
    [InlineData("""{"type":"Tool"}""", $"/type {TypeRule}")]
    [InlineData("""{"type":"tool-call"}""", $"/type {TypeRule}")]
    [InlineData("""{"type":"message"}""", $"/type {TypeRule}")]
    [InlineData("""{"type":"open"}""", $"/type {TypeRule}")]
    [InlineData("""{"type":"error"}""", $"/type {TypeRule}")]
    [InlineData("""{"type":"x\n"}""", $"/type {TypeRule}")]
    [InlineData("""{"type":"session_stream_started"}""", "/type must not be 'session_stream_started': only the server writes that frame.")]
    [InlineData("""{"type":"stream_gap"}""", "/type must not be 'stream_gap': only the server writes that frame.")]
    [InlineData("""{"type":"stream_closing"}""", "/type must not be 'stream_closing': only the server writes that frame.")]
    [InlineData("""{"type":"heartbeat"}""", "/type must not be 'heartbeat': only the server writes that frame.")]
    [InlineData("""{"type":"x","event_id":""}""", $"/event_id {EventIdRule}")]
    [InlineData("""{"type":"x","event_id":"a b"}""", $"/event_id {EventIdRule}")]
    [InlineData("""{"type":"x","event_id":"a\r"}""", $"/event_id {EventIdRule}")]
    [InlineData("""{"type":"x","event_id":1}""", "/event_id must be a string.")]
    [InlineData("""{"type":"x","session_id":"s2"}""", "/session_id is 's2' and contradicts the session that it is published to, 's1'.")]
    [InlineData("""{"type":"x","session_id":["s1"]}""", "/session_id must be a string.")]
    [InlineData("""{"type":"x","payload":null}""", "/payload must be a JSON object.")]
    [InlineData("""{"type":"x","payload":[]}""", "/payload must be a JSON object.")]
    [InlineData("""{"type":"x","payload":"{}"}""", "/payload must be a JSON object.")]
    [InlineData("""{"type":"x","run_id":""}""", $"/run_id {IdRule}")]
    [InlineData("""{"type":"x","run_id":"a b"}""", $"/run_id {IdRule}")]
    [InlineData("""{"type":"x","run_id":true}""", "/run_id must be a string.")]
    [InlineData("""{"type":"x","project_id":"/"}""", $"/project_id {IdRule}")]
    [InlineData("""{"type":"x","project_id":{}}""", "/project_id must be a string.")]
    [InlineData("""{"type":"x","agent_id":""}""", $"/agent_id {TextRule}")]
    [InlineData("""{"type":"x","source":""}""", $"/source {TextRule}")]
    [InlineData("""{"type":"x","source_type":""}""", $"/source_type {TextRule}")]
    [InlineData("""{"type":"x","execution_id":""}""", $"/execution_id {TextRule}")]
    [InlineData("""{"type":"x","execution_id":9}""", "/execution_id must be a string.")]
    [InlineData("""{"type":"x","traceparent":"00-1"}""", $"/traceparent {TraceRule}")]
    [InlineData($$"""{"type":"x","traceparent":"{{Trace}}\n"}""", $"/traceparent {TraceRule}")]
    [InlineData("""{"type":"x","foo":1}""", "/foo is not a member of the envelope; put it inside the payload.")]
    [InlineData("""{"type":"x","data":{}}""", "/data is not a member of the envelope; put it inside the payload.")]
    [InlineData("""{"type":"x","a/b~c":1}""", "/a~1b~0c is not a member of the envelope; put it inside the payload.")]
    [InlineData("""{"type":"x","Type":"x"}""", "/Type is not a member of the envelope; did you mean type?")]
    [InlineData("""{"typ":"x"}""", "/typ is not a member of the envelope; did you mean type?")]
    [InlineData("""{"type":"x","sesion_id":"s"}""", "/sesion_id is not a member of the envelope; did you mean session_id?")]
    [InlineData("""{"type":"x","playload":{}}""", "/playload is not a member of the envelope; did you mean payload?")]
    [InlineData("""{"type":"x","time":"now"}""", "/time is not a member of the envelope; put it inside the payload.")]
    [InlineData("""{"type":"x","type":"y"}""", "/type stands in the event twice.")]
    [InlineData("""{"type":"x","run_id":"a","run_id":null}""", "/run_id stands in the event twice.")]
    [InlineData("""{"type":"x","payload":{},"payload":{}}""", "/payload stands in the event twice.")]
    [InlineData("""{"type":"x","agent_id":"\ud800"}""", "/agent_id holds an escape that is half a surrogate pair.")]
    [InlineData("""{"type":"\udc00"}""", "/type holds an escape that is half a surrogate pair.")]
    [InlineData("""{"type":"x","\ud800":1}""", "The name of a member holds an escape that is half a surrogate pair.")]
    public void Read_NamesTheMemberAndTheRule_WhenOneIsBroken(string json, string message)
    {
        var rejection = Rejections.Of(() => Read(json));
        rejection.Message.ShouldBe(message);
        rejection.Pointer.ShouldBe(message[0] == '/' ? message[..message.IndexOf(' ', StringComparison.Ordinal)] : "");
        rejection.IsTooLarge.ShouldBeFalse();
    }

    [Theory]
    [InlineData("agent_id")]
    [InlineData("source")]
    [InlineData("source_type")]
    [InlineData("execution_id")]
    public void Read_BoundsFreeMembers_At256Characters(string member)
    {
        Read($$"""{"type":"x","{{member}}":"{{new string('é', 256)}}"}""").Type.ShouldBe("x");
        Rejections.Of(() => Read($$"""{"type":"x","{{member}}":"{{new string('é', 257)}}"}""")).Message.ShouldBe($"/{member} {TextRule}");
    }

    [Fact]
    public void Read_ShowsOnlyTheBeginning_WhenWhatIsWrongIsLong()
    {
        var name = new string('n', 100_000);
        Rejections.Of(() => Read($$"""{"{{name}}":1}""")).Message.Length.ShouldBeLessThan(300);
        Rejections.Of(() => Read($$"""{"type":"x","session_id":"{{name}}"}""")).Message.Length.ShouldBeLessThan(300);
        Rejections.Of(() => Read($$"""{"type":"x","run_id":"{{name}}","payload":{"run_id":"{{name}}x"} }""")).Message.Length.ShouldBeLessThan(400);
    }

    [Theory]
    [InlineData(null, "broadcast", "/session_id must not be 'broadcast': that name is reserved for events without a session.")]
    [InlineData(null, "", $"/session_id {IdRule}")]
    [InlineData(null, null, "/session_id is missing.")]
    [InlineData("s1", "broadcast", "/session_id is 'broadcast' and contradicts the session that it is published to, 's1'.")]
    public void Read_ChecksTheSession_WhereverItComesFrom(string? expected, string? given, string message)
    {
        var member = given is null ? "" : $",\"session_id\":\"{given}\"";
        Rejections.Of(() => EventReader.Read(Encoding.UTF8.GetBytes($$"""{"type":"x"{{member}}}"""), new EventDefaults(expected, FixedTime.Instance))).Message.ShouldBe(message);
    }

    [Fact]
    public void Read_TakesTheSessionOfTheEvent_WhenNoneIsExpected() =>
        EventReader.Read("""{"type":"x","session_id":"s9"}"""u8, new EventDefaults(null, FixedTime.Instance)).SessionId.ShouldBe("s9");

    [Theory]
    [InlineData("""{"run_id":"r1"}""", null, "r1")]
    [InlineData("""{"run_id":"r1"}""", "r1", "r1")]
    [InlineData("""{"other":{"run_id":"r2"},"a":1,"run_id":"r1"}""", null, "r1")]
    [InlineData("""{"\u0072un_id":"r1"}""", null, "r1")]
    [InlineData("""{"nested":{"run_id":"r2"}}""", null, null)]
    [InlineData("""{"run_id":7}""", null, null)]
    [InlineData("""{"run_id":null}""", "r1", "r1")]
    [InlineData("""{"\ud800":1,"\uDC00":2,"run_id":"r1"}""", null, "r1")]
    [InlineData("""{"r\ud800":{"run_id":"r2"}}""", null, null)]
    public void Read_PromotesTheRunOfThePayload_WhenTheEnvelopeHasNone(string payload, string? runId, string? expected)
    {
        var member = runId is null ? "" : $",\"run_id\":\"{runId}\"";
        var read = Read($$"""{"type":"x","payload":{{payload}}{{member}}}""");
        read.RunId.ShouldBe(expected);
        read.Payload.ToString().ShouldBe(payload);
    }

    [Theory]
    [InlineData("""{"type":"x","payload":{"run_id":"r2"},"run_id":"r1"}""", "/run_id is 'r1' and contradicts /payload/run_id, which is 'r2'.")]
    [InlineData("""{"type":"x","payload":{"run_id":"a b"}}""", $"/payload/run_id {IdRule}")]
    [InlineData("""{"type":"x","payload":{"run_id":""}}""", $"/payload/run_id {IdRule}")]
    [InlineData("""{"type":"x","payload":{"run_id":"\ud800"}}""", "/payload/run_id holds an escape that is half a surrogate pair.")]
    public void Read_Refuses_WhenTheRunOfThePayloadCannotBe(string json, string message) => Rejections.Of(() => Read(json)).Message.ShouldBe(message);

    [Fact]
    public void Read_TakesAPayload62Deep_AndRefusesADeeperOne()
    {
        Read(Nested(61)).Type.ShouldBe("x");
        Rejections.Of(() => Read(Nested(62))).Message.ShouldBe("/payload must not be nested deeper than 62 levels.");
    }

    private static string Nested(int arrays) => $$"""{"type":"x","payload":{"a":{{new string('[', arrays)}}{{new string(']', arrays)}} } }""";

    private static Event Read(string json) => EventReader.Read(Encoding.UTF8.GetBytes(json), new EventDefaults("s1", FixedTime.Instance));
}
