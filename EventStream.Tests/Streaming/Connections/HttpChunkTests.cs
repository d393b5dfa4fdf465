using System.Text;
using EventStream.Api.Streaming.Connections;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Connections;

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
}
