using System.Buffers;
using System.Text;
using System.Text.Json;
using EventStream.Events;
using EventStream.Tests.Support;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

public sealed class EventWriterTests
{
    private static readonly Event Least = new()
    {
        EventId = "e1",
        SessionId = "s1",
        Timestamp = new DateTimeOffset(2026, 11, 21, 4, 14, 45, 7, 900, TimeSpan.FromHours(1)),
        Type = "custom",
        Payload = EventPayload.Parse("""{"b":1.0}"""),
    };

    [Fact]
    public void ToUtf8_WritesTheFiveMembersInOrder_WhenNothingElseIsSet() =>
        Text(Least).ShouldBe("""{"event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.007Z","type":"custom","payload":{"b":1.0}}""");

    [Fact]
    public void ToUtf8_WritesTheOptionalMembersInOrder_WhenTheyAreSet() =>
        Text(Least with
        {
            Traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            ExecutionId = "x1",
            SourceType = "chat.chunk",
            Source = "eddie",
            AgentId = "a\"1\"",
            ProjectId = "p1",
            RunId = "r1",
        }).ShouldBe(
            """{"event_id":"e1","session_id":"s1","timestamp":"2026-11-21T03:14:45.007Z","type":"custom","payload":{"b":1.0},"run_id":"r1","project_id":"p1","agent_id":"a\"1\"","""
            + """
            "source":"eddie","source_type":"chat.chunk","execution_id":"x1","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
            """);

    [Fact]
    public void Write_AppendsTheSameBytes_AsToUtf8()
    {
        var buffer = new ArrayBufferWriter<byte>();
        EventWriter.Write(buffer, Least);
        buffer.WrittenSpan.ToArray().ShouldBe(EventWriter.ToUtf8(Least));
    }

    [Fact]
    public void Read_ReadsBackTheSameEvent_WhateverWasPublished() => PropertyCheck.Run(300, Prop.ForAll(
        EventGen.Published.ToArbitrary(),
        published =>
        {
            // A payload's run_id may contradict the envelope's or be invalid; the reader refuses such an event.
            var read = Rejections.OrNull(() => EventReader.Read(Encoding.UTF8.GetBytes(published.Json), new EventDefaults(null, FixedTime.Instance)));
            if (read is null) return;

            var written = EventWriter.ToUtf8(read);
            var back = EventReader.Read(written, new EventDefaults(null, TimeProvider.System));
            EventEquality.Comparer.Equals(read, back).ShouldBeTrue();
            read.Payload.ToString().ShouldBe(published.Payload);
            EventWriter.ToUtf8(back).ShouldBe(written);
            written.AsSpan().IndexOfAny((byte)'\r', (byte)'\n', (byte)0).ShouldBe(-1);
            EventRules.SizeOf(read).ShouldBeGreaterThanOrEqualTo(written.Length);
        }));

    [Fact]
    public void Published_IsMostlyAccepted_SoThatThePropertiesAboveMeanSomething() =>
        EventGen.Published.Sample(200, PropertyCheck.Seed, 20).Count(published =>
            Rejections.OrNull(() => EventReader.Read(Encoding.UTF8.GetBytes(published.Json), new EventDefaults(null, FixedTime.Instance))) is not null).ShouldBeGreaterThan(150);

    [Fact]
    public void ToUtf8_WritesJsonThatOthersRead_WhenMembersNeedEscapes()
    {
        var written = EventWriter.ToUtf8(Least with { AgentId = "a\n\u0001\u2028😀\"\\" });
        JsonDocument.Parse(written).RootElement.GetProperty("agent_id").GetString().ShouldBe("a\n\u0001\u2028😀\"\\");
    }

    private static string Text(Event envelope) => Encoding.UTF8.GetString(EventWriter.ToUtf8(envelope));
}
