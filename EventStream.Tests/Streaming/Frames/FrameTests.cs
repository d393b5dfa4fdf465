using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Frames;

public sealed class FrameTests
{
    private static readonly Cursor At = Cursor.Parse("1763694885123-42");

    public static TheoryData<string> Types => [.. EventCatalogue.All.Where(type => type.Role != EventRole.Control).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Of_WritesIdEventAndData_WhenTheEntryIsAnEnvelope(string type)
    {
        var json = Encoding.UTF8.GetString(EventWriter.ToUtf8(SamplePayloads.Envelope(EventCatalogue.Find(type)!)));
        var frame = Frame.Of(new LogEntry(At, Encoding.UTF8.GetBytes(json)));
        Encoding.UTF8.GetString(frame.Bytes.Span).ShouldBe($"id: 1763694885123-42\nevent: {type}\ndata: {json}\n\n");
        (frame.Cursor, frame.Type, frame.RunId, frame.PublishedAt).ShouldBe((At, type, "run_1", FixedTime.Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"a\"")]
    [InlineData("{\"type\":\"a\"}}")]
    [InlineData("{\"type\":\"a\"} {}")]
    [InlineData("{\"type\":\"a\"}rest")]
    [InlineData("{\"type\":null}")]
    [InlineData("{\"type\":7}")]
    [InlineData("{\"type\":[\"a\"]}")]
    [InlineData("{\"type\":\"A b\"}")]
    [InlineData("{\"type\":\"open\"}")]
    [InlineData("{\"type\":\"a\\nid: 1-1\"}")]
    [InlineData("{\"type\":\"a\",\"run_id\":{}}")]
    [InlineData("{\"type\":\"a\",\n\"payload\":{}}")]
    [InlineData("{\"type\":\"a\",\r\"payload\":{}}")]
    [InlineData("{\"type\":\"a\"}\0")]
    [InlineData("{\"type\":\"a\"}\n\nid: 9-9\nevent: b\ndata: {}\n\n")]
    public void Of_OnlyMovesTheCursor_WhenTheEntryIsNoEnvelope(string entry)
    {
        var frame = Frame.Of(new LogEntry(At, Encoding.UTF8.GetBytes(entry)));
        Encoding.UTF8.GetString(frame.Bytes.Span).ShouldBe("id: 1763694885123-42\n\n");
        (frame.Cursor, frame.RunId, frame.Role).ShouldBe((At, null, EventRole.None));
    }

    [Fact]
    public void Write_UsesOneLfPerLine_InEveryKindOfBlock()
    {
        Written(output => SseFormat.WriteComment(output)).ShouldBe(":\n");
        Written(output => SseFormat.WriteIdOnly(output, At)).ShouldBe("id: 1763694885123-42\n\n");
        Written(output => SseFormat.WriteRetryLine(output, 2000)).ShouldBe("retry: 2000\n");
        Written(output => SseFormat.WriteRetryLine(output, int.MaxValue)).ShouldBe("retry: 2147483647\n");
        Written(output => SseFormat.WriteFrame(output, null, "a", "{}"u8)).ShouldBe("event: a\ndata: {}\n\n");
        Written(output => SseFormat.WriteFrame(output, Cursor.Parse("999999999999999-999999999999999"), "a", "{}"u8))
            .ShouldBe("id: 999999999999999-999999999999999\nevent: a\ndata: {}\n\n");
    }

    [Fact]
    public async Task Get_WritesEachEventAsHistoryHasIt_WithAnIdAndLfOnly()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start();
        var events = EventCatalogue.All.Where(type => type.Role == EventRole.None).Select(type => SamplePayloads.Envelope(type) with { EventId = type.Name, SessionId = "s" }).ToArray();
        await using var client = await server.OpenAsync("/events/s");
        await client.NextAsync();
        await server.AppendAsync("s", events);
        var items = await client.NextAsync(events.Length);

        using var history = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/events/s/history", UriKind.Relative), cancellationToken));
        var held = history.RootElement.GetProperty("events").EnumerateArray().ToArray();
        items.Select(item => $"{{\"id\":\"{item.EventId}\",{item.Data[1..]}").ShouldBe([.. held.Select(element => element.GetRawText())]);
        items.Select(item => item.EventType).ShouldBe([.. events.Select(published => published.Type)]);
        client.Raw.ShouldNotContain('\r');
        client.Raw.ShouldNotContain('\0');
        client.Raw.ShouldNotContain("id: \n");
        client.Raw[0].ShouldNotBe('\uFEFF');
        client.Raw.ShouldEndWith("\n\n");

        var whole = await ParseAsync(new MemoryStream(Encoding.UTF8.GetBytes(client.Raw)), cancellationToken);
        var dripped = await ParseAsync(new OneByteStream(Encoding.UTF8.GetBytes(client.Raw)), cancellationToken);
        dripped.ShouldBe(whole);
        whole.Skip(1).ShouldBe(items.Select(item => (item.EventId, item.EventType, item.Data)));
    }

    private static async Task<List<(string? Id, string Type, string Data)>> ParseAsync(Stream stream, CancellationToken cancellationToken)
    {
        var items = new List<(string?, string, string)>();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken)) items.Add((item.EventId, item.EventType, item.Data));
        return items;
    }

    private static string Written(Action<System.Buffers.ArrayBufferWriter<byte>> write)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
