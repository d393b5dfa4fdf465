using System.Text;
using EventStream.Events;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

public sealed class CanonicalEnvelopeTests
{
    private const string Session = "s1";
    private const string Head = """{"event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"agent_thought","payload":""";

    private static readonly Gen<string> Piece = Gen.Elements(
        "\"", "\\", "\\u0041", "\\/", "\\ud800", "{", "}", "[", "]", ",", ":", " ", "\n", "\r", "\0", "\uFEFF", "\u2028", "é", "\u007f", "<", "'", "+", "null", "run_id", "\"run_id\":\"r9\",",
        "\"traceparent\":\"x\",", ",\"source\":\"a\"", ",\"agent_id\":\"\"", "heartbeat", "open", "2026-02-30", "T24", ".123+00:00", new string('x', 200), new string('[', 70));

    // Envelopes as the writer writes them, so that one changed byte decides; most generated envelopes are refused for one character in a payload or a name.
    private static readonly Gen<byte[]> Canonical =
        from published in EventGen.Published
        let read = Rejections.OrNull(() => EventReader.Read(Encoding.UTF8.GetBytes(published.Json), Envelopes.Defaults))
        where read is not null
        from keeps in Gen.Elements(true, false, false, false)
        from payload in Gen.Elements("{}", """{"content":"so","n":1.50,"list":[1,{"a":null}]}""", """{"text":"日本 \n\/ <b>","a":1,"a":2}""", """{"run_id":"r9"}""", """{"\u0072un_id":"r9"}""")
        from agent in Gen.Elements("a", "a b", "<'+&>")
        select EventWriter.ToUtf8(keeps
            ? read with { SessionId = Session }
            : read with
            {
                SessionId = Session,
                EventId = "e" + read.EventId.Replace("\"", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal),
                Payload = EventPayload.Parse(payload),
                AgentId = read.AgentId is null ? null : agent,
                Source = read.Source is null ? null : agent,
                SourceType = read.SourceType is null ? null : agent,
                ExecutionId = read.ExecutionId is null ? null : agent,
                Traceparent = null,
            });

    private static readonly Gen<byte[]> Changed =
        from bytes in Canonical
        from count in Gen.Choose(1, 3)
        from steps in Gen.ListOf(Gen.OneOf(
            from at in Gen.Choose(0, 1_000_000)
            from piece in Piece
            select new Func<byte[], byte[]>(whole => [.. whole[..(at % (whole.Length + 1))], .. Encoding.UTF8.GetBytes(piece), .. whole[(at % (whole.Length + 1))..]]),
            from at in Gen.Choose(0, 1_000_000)
            from value in Gen.OneOf(Gen.Choose(32, 126), Gen.Choose(0, 255))
            select new Func<byte[], byte[]>(whole => whole.Length == 0 ? whole : [.. whole[..(at % whole.Length)], (byte)value, .. whole[(at % whole.Length + 1)..]]),
            from at in Gen.Choose(0, 1_000_000)
            from length in Gen.Choose(1, 12)
            select new Func<byte[], byte[]>(whole => whole.Length == 0 ? whole : [.. whole[..(at % whole.Length)], .. whole[Math.Min(whole.Length, at % whole.Length + length)..]])), count)
        select steps.Aggregate(bytes, (whole, step) => step(whole));

    [Theory]
    [InlineData(Head + "{}}")]
    [InlineData(Head + """{"content":"so","n":1.50,"e":1e400,"list":[1,{"a":null}],"text":"日本 \n\/ <b>"}}""")]
    [InlineData(Head + """{"a":1,"a":2}}""")]
    [InlineData(Head + """{},"run_id":"r1"}""")]
    [InlineData(Head + """{},"run_id":"r1","project_id":"p1","agent_id":"a b","source":"x","source_type":"y","execution_id":"<'+&>"}""")]
    [InlineData(Head + """{},"agent_id":"a","execution_id":"x"}""")]
    public void Is_SaysYes_WhenItStandsAsTheWriterWritesIt(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        CanonicalEnvelope.Is(bytes, Session).ShouldBeTrue();
        ShouldBeWhatIsWritten(bytes);
    }

    [Theory]
    // another session, or an invalid one
    [InlineData("""{"event_id":"e1","session_id":"s2","timestamp":"2026-11-21T03:14:45.123Z","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"event_id":"e1","session_id":"\u00731","timestamp":"2026-11-21T03:14:45.123Z","type":"agent_thought","payload":{}}""")]
    // a member that is missing, repeated, unknown or misplaced
    [InlineData("""{"session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"agent_thought"}""")]
    [InlineData("""{"session_id":"s1","event_id":"e1","timestamp":"2026-11-21T03:14:45.123Z","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"event_id":"e1","event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"id":"7-1","event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"\u0065vent_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"agent_thought","payload":{}}""")]
    [InlineData(Head + """{},"project_id":"p1","run_id":"r1"}""")]
    [InlineData(Head + """{},"run_id":"r1","run_id":"r1"}""")]
    [InlineData(Head + """{},"extra":"x"}""")]
    [InlineData(Head + """{},"payload":{}}""")]
    [InlineData(Head + """{},"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}""")]
    // a value of the wrong kind, or against a rule
    [InlineData("""{"event_id":7,"session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"event_id":"a b","session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"event_id":"","session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"Agent","payload":{}}""")]
    [InlineData("""{"event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"open","payload":{}}""")]
    [InlineData("""{"event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"heartbeat","payload":{}}""")]
    [InlineData("""{"event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"stream_closing","payload":{}}""")]
    [InlineData(Head + "null}")]
    [InlineData(Head + "[]}")]
    [InlineData(Head + "\"text\"}")]
    [InlineData(Head + """{},"run_id":null}""")]
    [InlineData(Head + """{},"run_id":"a b"}""")]
    [InlineData(Head + """{},"run_id":{}}""")]
    [InlineData(Head + """{},"agent_id":""}""")]
    [InlineData(Head + """{},"agent_id":"\n"}""")]
    [InlineData(Head + """{},"agent_id":"日"}""")]
    [InlineData(Head + "{},\"agent_id\":\"\u007f\"}")]
    // a time in another form, or an invalid one
    [InlineData("""{"event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45Z","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.1234Z","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"event_id":"e1","session_id":"s1","timestamp":"2026-11-21t03:14:45.123Z","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.123z","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.123+00:00","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"event_id":"e1","session_id":"s1","timestamp":"2026-02-30T03:14:45.123Z","type":"agent_thought","payload":{}}""")]
    [InlineData("""{"event_id":"e1","session_id":"s1","timestamp":"0000-01-01T00:00:00.000Z","type":"agent_thought","payload":{}}""")]
    // a run that the payload may name
    [InlineData(Head + """{"run_id":"r1"}}""")]
    [InlineData(Head + """{"run_id":"r1"},"run_id":"r2"}""")]
    [InlineData(Head + """{"\u0072un_id":"r1"}}""")]
    // white space, or more than one value
    [InlineData(" " + Head + "{}}")]
    [InlineData(Head + "{}}\n")]
    [InlineData(Head + "{} }")]
    [InlineData(Head + "{\"a\": 1}}")]
    [InlineData(Head + "{}}{}")]
    [InlineData(Head + "{},}")]
    [InlineData(Head + "{}")]
    [InlineData("\uFEFF" + Head + "{}}")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    public void Is_SaysNo_WhenAnythingIsElse(string json) => CanonicalEnvelope.Is(Encoding.UTF8.GetBytes(json), Session).ShouldBeFalse();

    [Fact]
    public void Is_SaysNo_WhenItIsTooLongTooDeepOrNoUtf8()
    {
        Is(Head + "{\"a\":\"" + new string('x', EventLimits.MaxEventBytes) + "\"}}").ShouldBeFalse();
        Is(Head + "{\"a\":" + new string('[', EventLimits.MaxPayloadDepth) + new string(']', EventLimits.MaxPayloadDepth) + "}}").ShouldBeFalse();
        Is(Head + "{\"a\":" + new string('[', 100) + new string(']', 100) + "}}").ShouldBeFalse();
        Is(Head + "{},\"agent_id\":\"" + new string('x', 257) + "\"}").ShouldBeFalse();
        CanonicalEnvelope.Is([.. Encoding.UTF8.GetBytes(Head + "{\"a\":\""), 0xC3, .. "\"}}"u8], Session).ShouldBeFalse();

        static bool Is(string json) => CanonicalEnvelope.Is(Encoding.UTF8.GetBytes(json), Session);
    }

    [Fact]
    public void Is_SaysYes_WhenTheSizeIsTheLargestThatMayBe()
    {
        var bytes = Encoding.UTF8.GetBytes(Head + "{\"a\":\"" + new string('x', EventLimits.MaxEventBytes - Head.Length - 9) + "\"}}");
        bytes.Length.ShouldBe(EventLimits.MaxEventBytes);
        CanonicalEnvelope.Is(bytes, Session).ShouldBeTrue();
        ShouldBeWhatIsWritten(bytes);
    }

    [Fact]
    public void Is_SaysYesOnlyToWhatTheWriterWrites_WhateverIsChanged()
    {
        var accepted = 0;
        PropertyCheck.Run(4000, Prop.ForAll(Gen.OneOf(Changed, Changed, Changed, Canonical).ToArbitrary(), bytes =>
        {
            if (!CanonicalEnvelope.Is(bytes, Session)) return;
            accepted++;
            ShouldBeWhatIsWritten(bytes);
        }));
        accepted.ShouldBeGreaterThan(200);
    }

    private static void ShouldBeWhatIsWritten(byte[] bytes)
    {
        var written = EventWriter.ToUtf8(EventReader.Read(bytes, new EventDefaults(Session, TimeProvider.System)));
        Encoding.UTF8.GetString(written).ShouldBe(Encoding.UTF8.GetString(bytes));
        written.ShouldBe(bytes);
    }
}
