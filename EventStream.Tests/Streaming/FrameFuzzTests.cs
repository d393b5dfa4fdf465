using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>One entry always becomes one block, for random events and random bytes.</summary>
public sealed class FrameFuzzTests
{
    private const int Runs = 1000;

    private static readonly Frame Before = Frame.Of(Entry(1, """{"type":"before","payload":{}}"""u8.ToArray()));
    private static readonly Frame After = Frame.Of(Entry(3, """{"type":"after","payload":{}}"""u8.ToArray()));

    private static readonly Gen<string> Text =
        from pieces in Gen.ListOf(Gen.Elements("\r", "\n", "\r\n", "\n\n", "\0", "\u2028", "\u2029", "\u0085", "\uFEFF", "😀", "\ud800", "data: x", "id: 9-9", "\nid: 9-9\n", "event: evil", "retry: 1", ":", " ", "\\", "\"", "é"))
        select string.Concat(pieces);

    private static readonly Gen<Event> Published =
        from sessionId in Id()
        from runId in Gen.OneOf(Gen.Constant<string?>(null), Id().Select(id => (string?)id))
        from type in Gen.Elements("agent_message_delta", "tool_call_result", "x", "data", "id", "event", "retry", "a.b_9", "z" + new string('9', 63))
        from name in Text
        from value in Text
        from agent in Text.Where(text => text.Length is > 0 and <= 256 && !text.Contains('\ud800', StringComparison.Ordinal))
        select new Event
        {
            EventId = "e",
            SessionId = sessionId,
            Timestamp = FixedTime.Now,
            Type = type,
            Payload = EventPayload.Parse(JsonSerializer.Serialize(new Dictionary<string, object> { ["n" + name] = value, ["list"] = new[] { value } })),
            RunId = runId,
            AgentId = agent,
        };

    private static readonly Gen<byte[]> Rubbish =
        from pieces in Gen.ListOf(Gen.Elements<byte[]>(
            [.. "{"u8], [.. "}"u8], [.. "\"type\":"u8], [.. "\"a\""u8], [.. ","u8], [.. "\n"u8], [.. "\r"u8], [0], [0xFF], [0xC3], [.. "\"payload\":{}"u8], [.. "data: x"u8],
            [.. "\"type\":\"a\""u8], [.. "\"type\":\"a\\u000aid: 1-1\""u8], [.. "\"run_id\":7"u8], [.. "{\"type\":\"a\"}"u8], [.. "{\"type\":\"a\",\"payload\":{\"x\":\""u8], [.. "\"}}"u8], [.. "\n\n"u8], [.. "id: 9-9\n"u8]))
        select pieces.SelectMany(piece => piece).ToArray();

    [Fact]
    public void Of_GivesOneFrameThatParsesBackToTheSameJson_ForEveryEvent() => PropertyCheck.Run(Runs, Prop.ForAll(Published.ToArbitrary(), published =>
    {
        var json = EventWriter.ToUtf8(published);
        var items = Parse(Frame.Of(Entry(2, json)));
        items.Count.ShouldBe(3);
        items[1].ShouldBe(("7-2", published.Type, Encoding.UTF8.GetString(json)));
        var read = EventReader.Read(Encoding.UTF8.GetBytes(items[1].Data), Envelopes.Defaults);
        EventEquality.Comparer.Equals(read, published).ShouldBeTrue();
    }));

    [Fact]
    public void Of_GivesOneFrame_ForWhatIsReadFromPublishers() => PropertyCheck.Run(Runs, Prop.ForAll(EventGen.Published.ToArbitrary(), text =>
    {
        if (Rejections.OrNull(() => EventReader.Read(Encoding.UTF8.GetBytes(text.Json), Envelopes.Defaults)) is not { } read) return;
        var json = EventWriter.ToUtf8(read);
        Parse(Frame.Of(Entry(2, json)))[1].ShouldBe(("7-2", read.Type, Encoding.UTF8.GetString(json)));
    }));

    [Fact]
    public void Of_NeverBreaksFraming_ForRubbish() => PropertyCheck.Run(Runs, Prop.ForAll(Rubbish.ToArbitrary(), rubbish =>
    {
        var frame = Frame.Of(Entry(2, rubbish));
        var items = Parse(frame);
        items[0].ShouldBe(("7-1", "before", """{"type":"before","payload":{}}"""));
        items[^1].ShouldBe(("7-3", "after", """{"type":"after","payload":{}}"""));
        items.Count.ShouldBe(frame.Type.Length == 0 ? 2 : 3);
        if (items.Count == 2) return;
        items[1].ShouldBe(("7-2", "a", Encoding.UTF8.GetString(rubbish)));
        Should.NotThrow(() => JsonDocument.Parse(items[1].Data).Dispose());
    }));

    private static List<(string? Id, string Type, string Data)> Parse(Frame frame)
    {
        byte[] bytes = [.. Before.Bytes.Span, .. frame.Bytes.Span, .. After.Bytes.Span];
        bytes.ShouldNotContain((byte)'\r');
        bytes.ShouldNotContain((byte)0);
        var whole = Parse(new MemoryStream(bytes));
        Parse(new OneByteStream(bytes)).ShouldBe(whole);
        return whole;
    }

    private static List<(string? Id, string Type, string Data)> Parse(Stream stream) =>
        [.. SseParser.Create(stream).Enumerate().Select(item => (item.EventId, item.EventType, item.Data))];

    private static LogEntry Entry(long offset, byte[] envelope) => new(new Cursor(7, offset), envelope);

    private static Gen<string> Id() =>
        from start in Gen.Elements<char>("aZ9")
        from rest in Gen.ListOf(Gen.Elements<char>("aZ9._:@-"))
        select start + string.Concat(rest.Take(127));
}
