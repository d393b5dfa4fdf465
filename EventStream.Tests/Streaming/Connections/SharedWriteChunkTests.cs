using System.Text;
using EventStream.Api.Streaming.Connections;
using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Connections;

public sealed class SharedWriteChunkTests
{
    private readonly Envelopes _events = new("s");

    [Fact]
    public void Chunk_FramesTheRun_Once()
    {
        Frame[] frames = [.. new[] { 5, 6, 7 }.Select(offset => Frame.Of(new LogEntry(new Cursor(7, offset), EventWriter.ToUtf8(_events.Thought("日本")))))];
        var write = new SharedWrite(FrameRun.Of([.. frames], new FrameSelection(0, DialectCatalogue.Canonical, EventFilter.All))!);

        var text = string.Concat(frames.Select(frame => Encoding.UTF8.GetString(frame.Bytes.Span)));
        Encoding.UTF8.GetString(write.Chunk.Span).ShouldBe($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");
        write.Chunk.Equals(write.Chunk).ShouldBeTrue("it is made once");
    }
}
