using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Frames;

public sealed class FrameDialectTests
{
    private static readonly Cursor At = Cursor.Parse("1763694885123-42");

    private static readonly Dictionary<string, string> ReverbNames = new()
    {
        ["agent_status"] = "agent.status",
        ["agent_step_started"] = "agent.step.started",
        ["agent_step_completed"] = "agent.step.completed",
        ["tool_call_started"] = "agent.tool.started",
        ["tool_call_result"] = "agent.tool.completed",
        ["agent_message_delta"] = "agent.stream.chunk",
        ["agent_continuation"] = "agent.continuation",
    };

    public static TheoryData<string> Names => [.. EventCatalogue.All.Where(type => type.Role != EventRole.Control).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void BlockIn_WritesTheNameOfTheDialect_ForEveryType(string type)
    {
        var envelope = SamplePayloads.Envelope(EventCatalogue.Find(type)!);
        var frame = FrameOf(envelope);

        Text(frame.BlockIn(DialectCatalogue.Canonical)).ShouldBe(Block(type, envelope));
        Text(frame.BlockIn(DialectCatalogue.Native)).ShouldBe(Block("native.name", envelope with { Type = "native.name" }));
        var reverb = ReverbNames.GetValueOrDefault(type, type);
        Text(frame.BlockIn(DialectCatalogue.ReverbNames)).ShouldBe(Block(reverb, envelope with { Type = reverb }));
        (frame.Type, Text(frame.Bytes)).ShouldBe((type, Block(type, envelope)));
    }

    [Theory]
    [InlineData("ChatMessagePartialEvent")]
    [InlineData("TOOL_CALL_RESULT")]
    [InlineData("tool result: done")]
    [InlineData(" padded ")]
    [InlineData("quoted\"back\\slash")]
    [InlineData("größe 🙂")]
    [InlineData("opened")]
    public void BlockIn_TakesTheNativeName_WhenItIsOneLine(string name)
    {
        var block = Text(FrameOf(Event() with { SourceType = name }).BlockIn(DialectCatalogue.Native));
        var lines = block.Split('\n');
        lines[..2].ShouldBe(["id: 1763694885123-42", $"event: {name}"]);
        var data = JsonElement.Parse(lines[2]["data: ".Length..]);
        (data.GetProperty("type").GetString(), data.GetProperty("source_type").GetString()).ShouldBe((name, name));
        lines[3..].ShouldBe(["", ""]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("open")]
    [InlineData("error")]
    [InlineData("message")]
    [InlineData("two\nlines")]
    [InlineData("two\rlines")]
    [InlineData("nul\0")]
    [InlineData("heartbeat")]
    [InlineData("session_stream_started")]
    [InlineData("run_started")]
    public void BlockIn_KeepsTheCanonicalName_WhenThereIsNoNativeOneToTake(string? name)
    {
        var frame = FrameOf(Event() with { SourceType = name });
        Shared(frame.BlockIn(DialectCatalogue.Native)).ShouldBeSameAs(Shared(frame.Bytes));
    }

    [Theory]
    [InlineData("""{"type":"run_started","source_type":"n"}""", "n", """{"type":"n","source_type":"n"}""")]
    [InlineData("""{"source_type":"n","payload":{"type":"x","source_type":"y"},"\u0074ype":"run_started"}""", "n", """{"source_type":"n","payload":{"type":"x","source_type":"y"},"\u0074ype":"n"}""")]
    [InlineData("""{"type":"run_created","type":"run_started","source_type":"n"}""", "n", """{"type":"run_created","type":"n","source_type":"n"}""")]
    [InlineData("""{"type":"run_started","source_type":7}""", "run_started", """{"type":"run_started","source_type":7}""")]
    [InlineData("""{"type":"run_started","source_type":"\ud800"}""", "run_started", """{"type":"run_started","source_type":"\ud800"}""")]
    public void BlockIn_ReadsTheMembersOfTheEnvelopeOnly_WhenOthersWroteIt(string envelope, string name, string data) =>
        Text(Frame.Of(new LogEntry(At, Encoding.UTF8.GetBytes(envelope))).BlockIn(DialectCatalogue.Native)).ShouldBe($"id: 1763694885123-42\nevent: {name}\ndata: {data}\n\n");

    [Fact]
    public void BlockIn_RenamesWhatIsNotLogged_WithoutAnId()
    {
        var unlogged = Event() with { SourceType = "run.began" };
        Text(Frame.OfUnlogged(EventWriter.ToUtf8(unlogged)).BlockIn(DialectCatalogue.Native))
            .ShouldBe($"event: run.began\ndata: {Encoding.UTF8.GetString(EventWriter.ToUtf8(unlogged with { Type = "run.began" }))}\n\n");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void BlockIn_KeepsTheServersOwnFrames_AsTheyAre(int naming)
    {
        var started = new ControlFrames(FixedTime.Instance).Started(StreamKey.Session("s"), Transport.Sse, new Resume(Resume.None, null, At, 0), 2000);
        Shared(started.BlockIn(DialectCatalogue.All[naming])).ShouldBeSameAs(Shared(started.Bytes));
        var noEnvelope = Frame.Of(new LogEntry(At, "null"u8.ToArray()));
        Shared(noEnvelope.BlockIn(DialectCatalogue.All[naming])).ShouldBeSameAs(Shared(noEnvelope.Bytes));
    }

    [Fact]
    public void BlockIn_EncodesOnce_HoweverManyAsk()
    {
        var frame = FrameOf(SamplePayloads.Envelope(EventCatalogue.Find("tool_call_started")!));
        var all = new ReadOnlyMemory<byte>[64];
        Parallel.For(0, all.Length, i => all[i] = frame.BlockIn(i % 2 == 0 ? DialectCatalogue.Native : DialectCatalogue.ReverbNames));

        all.Select(Shared).Distinct().Count().ShouldBe(2);
        all.Select(Text).Distinct().ShouldBe([Text(frame.BlockIn(DialectCatalogue.Native)), Text(frame.BlockIn(DialectCatalogue.ReverbNames))]);
    }

    private static Event Event() => SamplePayloads.Envelope(EventCatalogue.Find("run_started")!);

    private static Frame FrameOf(Event logged) => Frame.Of(new LogEntry(At, EventWriter.ToUtf8(logged)));

    private static string Block(string type, Event envelope) => $"id: 1763694885123-42\nevent: {type}\ndata: {Encoding.UTF8.GetString(EventWriter.ToUtf8(envelope))}\n\n";

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static byte[] Shared(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var segment) ? segment.Array! : throw new InvalidOperationException("The bytes are in no array.");
}
