using System.Text;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Sessions;
using EventStream.Sources;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dialects.AgUi;

/// <summary>What comes in from an AG-UI server goes out to AG-UI's clients: the same messages under the same ids, and the same state.</summary>
public sealed class AgUiRoundTripTests
{
    private static Gen<string> Text => Gen.Elements("", "a", "Hello, ", "“日本”\n", "{\"a\":1}", "\\ud83d\\ude00", "1.10");

    private static Gen<string[]> Part => Gen.OneOf(
        from id in Id("m")
        from pieces in Gen.ListOf(Text, 3)
        select (string[])[Frame("TEXT_MESSAGE_START", ("messageId", id), ("role", "assistant")), .. pieces.Select(piece => Frame("TEXT_MESSAGE_CONTENT", ("messageId", id), ("delta", piece))), Frame("TEXT_MESSAGE_END", ("messageId", id))],
        from id in Id("u")
        from role in Gen.Elements("user", "system", "developer")
        from text in Text
        select (string[])[Frame("TEXT_MESSAGE_START", ("messageId", id), ("role", role)), Frame("TEXT_MESSAGE_CONTENT", ("messageId", id), ("delta", text)), Frame("TEXT_MESSAGE_END", ("messageId", id))],
        from id in Id("h")
        from pieces in Gen.ListOf(Text, 2)
        select (string[])[Frame("REASONING_START", ("messageId", id)), Frame("REASONING_MESSAGE_START", ("messageId", id), ("role", "reasoning")), .. pieces.Select(piece => Frame("REASONING_MESSAGE_CONTENT", ("messageId", id), ("delta", piece))), Frame("REASONING_MESSAGE_END", ("messageId", id)), Frame("REASONING_END", ("messageId", id))],
        from id in Id("c")
        from args in Gen.Elements("{}", "{\"city\":\"Turin\"}", "{\"n\":[1,2.50]}")
        from result in Gen.Elements("sunny", "{\"sun\":true}", "[1,\"a\"]", "7")
        select (string[])[Frame("TOOL_CALL_START", ("toolCallId", id), ("toolCallName", "weather")), Frame("TOOL_CALL_ARGS", ("toolCallId", id), ("delta", args[..1])), Frame("TOOL_CALL_ARGS", ("toolCallId", id), ("delta", args[1..])), Frame("TOOL_CALL_END", ("toolCallId", id)), Frame("TOOL_CALL_RESULT", ("messageId", $"t-{id}"), ("toolCallId", id), ("content", result))],
        from value in Gen.Elements("{\"l\":[]}", "{\"l\":[1.50]}", "{\"l\":[{\"a\":null}]}")
        from added in Gen.Elements("1", "\"x\"", "{\"b\":[]}")
        select (string[])[$$"""{"type":"STATE_SNAPSHOT","snapshot":{{value}}}""", $$"""{"type":"STATE_DELTA","delta":[{"op":"add","path":"/l/-","value":{{added}}}]}"""],
        from name in Id("step")
        select (string[])[Frame("STEP_STARTED", ("stepName", name)), Frame("STEP_FINISHED", ("stepName", name))]);

    private static Gen<string[]> Streams =>
        from runs in Gen.NonEmptyListOf(Gen.ListOf(Part))
        select runs.SelectMany((parts, number) => (string[])[
            Frame("RUN_STARTED", ("threadId", AgUiSession.Id), ("runId", $"r{number}")),
            .. parts.SelectMany(part => part).Select(frame => frame.Replace("#", $"{number}", StringComparison.Ordinal)),
            Frame("RUN_FINISHED", ("threadId", AgUiSession.Id), ("runId", $"r{number}"))]).ToArray();

    [Fact]
    public void Stream_ComesOutAsItCameIn() => PropertyCheck.Run(50, Prop.ForAll(Streams.ToArbitrary(), frames =>
    {
        var direct = new AgUiClient().Read(frames.Select(frame => new DialectMessage("", Encoding.UTF8.GetBytes(frame))));

        var told = AgUiSession.AssertSame(Ingested(frames));

        told.Messages.ShouldBe(direct.Messages);
        told.State.ShouldBe(direct.State);
        told.Types.Count(type => type is "RUN_STARTED" or "RUN_FINISHED" or "STEP_STARTED").ShouldBe(direct.Types.Count(type => type is "RUN_STARTED" or "RUN_FINISHED" or "STEP_STARTED"));
    }));

    [Fact]
    public void Interrupts_ComeOutUnderTheirIds()
    {
        var told = AgUiSession.AssertSame(Ingested(
        [
            Frame("RUN_STARTED", ("threadId", "t"), ("runId", "r1")),
            """{"type":"RUN_FINISHED","threadId":"t","runId":"r1","outcome":{"type":"interrupt","interrupts":[{"id":"i1","reason":"input","message":"Which city?","responseSchema":{"type":"object"}}]}}""",
        ]));

        told.Events[^1].GetProperty("outcome").GetProperty("interrupts").GetRawText().ShouldBe("""[{"id":"i1","reason":"input","message":"Which city?","responseSchema":{"type":"object"}}]""");
    }

    [Fact]
    public void Activities_AreToldAsTheyChanged_ToThoseWhoJoin()
    {
        var told = AgUiSession.AssertSame(Ingested(
        [
            Frame("RUN_STARTED", ("threadId", "t"), ("runId", "r1")),
            """{"type":"ACTIVITY_SNAPSHOT","messageId":"p1","activityType":"PLAN","content":{"steps":[]}}""",
            """{"type":"ACTIVITY_DELTA","messageId":"p1","activityType":"PLAN","patch":[{"op":"add","path":"/steps/-","value":"one"}]}""",
            """{"type":"ACTIVITY_DELTA","messageId":"p1","activityType":"PLAN","patch":[{"op":"add","path":"/steps/-","value":"two"}]}""",
        ]));

        string.Join('\n', told.Messages).ShouldContain("""["one","two"]""");
    }

    [Fact]
    public void Activity_StaysAnObject_WhenItOutgrowsWhatIsKeptOfIt()
    {
        var deltas = Enumerable.Range(0, 8).Select(number => $$"""{"type":"ACTIVITY_DELTA","messageId":"p1","activityType":"PLAN","patch":[{"op":"add","path":"/p{{number}}","value":"{{new string('x', 200_000)}}"}]}""");
        var events = Ingested([Frame("RUN_STARTED", ("threadId", "t"), ("runId", "r1")), """{"type":"ACTIVITY_SNAPSHOT","messageId":"p1","activityType":"PLAN","content":{"steps":[]}}""", .. deltas]);

        var snapshot = AgUiSession.Join(events, events.Count).Events.Single(next => next.GetProperty("type").GetString() == "MESSAGES_SNAPSHOT");

        snapshot.GetProperty("messages")[0].GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Object);
    }

    [Theory]
    [InlineData("""{"type":"ACTIVITY_SNAPSHOT","messageId":"p1","activityType":"PLAN","content":{"steps":[]},"timestamp":1763000000000}""")]
    [InlineData("""{"type":"RAW","event":{"x":[1.10]},"source":"lib","timestamp":1763000000000}""")]
    [InlineData("""{"type":"CUSTOM","name":"mark","value":{"a":1.10},"timestamp":1763000000000}""")]
    [InlineData("""{"type":"REASONING_ENCRYPTED_VALUE","subtype":"message","entityId":"h1","encryptedValue":"abc","timestamp":1763000000000}""")]
    public void Event_ComesOutAsItCameIn_WhenNoCanonicalOneTellsIt(string frame)
    {
        var told = AgUiSession.Join(Ingested([Frame("RUN_STARTED", ("threadId", "t"), ("runId", "r1")), frame]), 0);

        $"{told.Events[^1]}".ShouldBe(frame);
    }

    private static Gen<string> Id(string prefix) => from number in Gen.Choose(0, 1_000_000) select $"{prefix}{number}-#";

    private static string Frame(string type, params (string Name, string Value)[] members) =>
        $$"""{"type":"{{type}}"{{string.Concat(members.Select(member => $",\"{member.Name}\":\"{(member.Value.Contains("\\u", StringComparison.Ordinal) ? member.Value : JsonEncodedText.Encode(member.Value, JsonEncoder.Instance))}\""))}}}""";

    private static List<Event> Ingested(IEnumerable<string> frames)
    {
        var (state, context, events) = (SessionState.Empty, new IngestContext { SessionId = AgUiSession.Id }, new List<Event>());
        foreach (var frame in frames)
        {
            var natives = NativeReader.Read(NativeReader.Parse(Encoding.UTF8.GetBytes(frame)), SourceCatalogue.Get("agui"), context);
            context = context.After(natives);
            if (natives.Count == 0) continue;
            var batch = SourceBatch.From(natives, 0, state, new NormalisedEvents(new EventFactory(FixedTime.Instance), FixedTime.Instance), out _);
            state = batch.State;
            events.AddRange(batch.Events);
        }
        return events;
    }
}
