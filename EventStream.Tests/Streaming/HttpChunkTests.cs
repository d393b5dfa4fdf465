using System.Text;
using EventStream.Api.Streaming;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

public sealed class HttpChunkTests
{
    [Theory]
    [InlineData(1, "1")]
    [InlineData(15, "f")]
    [InlineData(16, "10")]
    [InlineData(255, "ff")]
    [InlineData(4096, "1000")]
    [InlineData(1_000_000, "f4240")]
    [InlineData(20_000_000, "1312d00")]
    public void Seal_WritesTheLengthInHexAndTheTail_AroundTheData(int length, string head)
    {
        var buffer = new byte[HttpChunk.HeadBytes + length + HttpChunk.TailBytes + 5];
        buffer.AsSpan(HttpChunk.HeadBytes, length).Fill((byte)'x');
        var chunk = HttpChunk.Seal(buffer, length);
        Encoding.ASCII.GetString(chunk.Span).ShouldBe($"{head}\r\n{new string('x', length)}\r\n");
        buffer[^5..].ShouldAllBe(one => one == 0);
    }

    [Fact]
    public void SealAround_FramesTheDataWhereItStands_WhenThereIsRoom()
    {
        var buffer = new byte[HttpChunk.HeadBytes + 3 + HttpChunk.TailBytes];
        "abc"u8.CopyTo(buffer.AsSpan(HttpChunk.HeadBytes));
        var chunk = HttpChunk.SealAround(buffer.AsMemory(HttpChunk.HeadBytes, 3));
        Encoding.ASCII.GetString(chunk.Span).ShouldBe("3\r\nabc\r\n");
        // Again, for the next client.
        HttpChunk.SealAround(buffer.AsMemory(HttpChunk.HeadBytes, 3)).Span.SequenceEqual(chunk.Span).ShouldBeTrue();
    }

    [Fact]
    public void SealAround_Refuses_WhenThereIsNoRoom() =>
        Should.Throw<ArgumentException>(() => { HttpChunk.SealAround(new byte[3]); });
}
