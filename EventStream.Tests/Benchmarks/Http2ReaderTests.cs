using System.Text;
using EventStream.Benchmarks.Load.Secure;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Benchmarks;

public sealed class Http2ReaderTests
{
    private const byte Data = 0, Headers = 1, Priority = 2, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    private const byte EndStream = 1, Ack = 1, EndHeaders = 4, Padded = 8;
    private static readonly byte[] Ok = [0x88, 0x5F, 0x11, .. "text/event-stream"u8];

    private static readonly byte[] Answer =
    [
        .. Frame(Settings, 0, [0, 3, 0, 0, 0, 100]),
        .. Frame(WindowUpdate, 0, [0, 0, 1, 0]),
        .. Frame(Headers, EndHeaders, Ok),
        .. Frame(Data, 0, "one "u8),
        .. Frame(Ping, 0, "12345678"u8),
        .. Frame(Data, 0, []),
        .. Frame(Data, Padded, [3, .. "two "u8, 0, 0, 0]),
        .. Frame(Settings, Ack, []),
        .. Frame(Priority, 0, [0, 0, 0, 0, 1]),
        .. Frame(99, 0, "of another version"u8),
        .. Frame(GoAway, 0, [0, 0, 0, 1, 0, 0, 0, 0]),
        .. Frame(Data, EndStream, "three"u8),
    ];

    [Fact]
    public void Next_GivesTheBody_WhereverReadsCutIt()
    {
        for (var size = 1; size <= Answer.Length; size++)
        {
            var (reader, body, reply) = Read(Answer, size);
            (reader.Status, reader.IsEnded, body).ShouldBe((200, true, "one two three"), $"in pieces of {size}");
            // Settings and a ping are acknowledged.
            reply.ShouldBe([.. Frame(Settings, Ack, [], stream: 0), .. Frame(Ping, Ack, "12345678"u8, stream: 0)]);
        }
    }

    [Fact]
    public void Next_GivesTheStatus_WhateverItsHeadersAreWrittenIn()
    {
        foreach (var block in (byte[][])[[0x8D], [0x20, 0x8D], [0x3F, 0x01, 0x8D], [0x08, 3, .. "404"u8], [0x48, 3, .. "404"u8, 0x5F, 1, 65]])
        {
            var (reader, _, _) = Read(Frame(Headers, EndHeaders | EndStream, block), 1);
            (reader.Status, reader.FirstLine).ShouldBe((404, "HTTP/2 404"));
        }
        Read(Frame(Headers, EndHeaders, [0x48, 0x82, 0x10, 0x01]), 2).Reader.FirstLine.ShouldBe("HTTP/2 with another status than 200");
        var torn = Read([.. Frame(Headers, 0, [0x88]), .. Frame(Continuation, EndHeaders, [0x5F, 1, 65]), .. Frame(Data, 0, "a"u8)], 5);
        (torn.Reader.Status, torn.Body).ShouldBe((200, "a"));
    }

    [Fact]
    public void Next_GivesTheWindowBack_BeforeItIsUsedUp()
    {
        var reader = new Http2Reader();
        Take(reader, Frame(Headers, EndHeaders, Ok));
        var frame = Frame(Data, 0, new byte[16_384]);
        var replies = 0;
        for (long sent = 0; sent < 3L << 30; sent += 16_384)
        {
            for (ReadOnlySpan<byte> left = frame; !left.IsEmpty;) reader.Next(ref left);
            if (reader.TakeReply() is not { IsEmpty: false } reply) continue;
            replies++;
            reply.ToArray().ShouldBe([.. Frame(WindowUpdate, 0, [0x40, 0, 0, 0], stream: 0), .. Frame(WindowUpdate, 0, [0x40, 0, 0, 0])]);
        }
        replies.ShouldBe(3);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "A frame of 4,740,180 bytes came; at most 16,384 were agreed, or it isn't HTTP/2.")]
    [InlineData("\0\0\u0001\0\0\0\0\0\u0001a", "The body came before the headers.")]
    [InlineData("\0\0\u0004\u0003\0\0\0\0\u0001\0\0\0\u0008", "the server reset the stream (HTTP/2 error 8)")]
    [InlineData("\0\0\u0008\u0007\0\0\0\0\0\0\0\0\0\0\0\0\u000b", "the server ended the connection (HTTP/2 error 11)")]
    [InlineData("\0\0\u0001\u0001\u0004\0\0\0\u0001a", "The answer's headers don't begin with a status.")]
    [InlineData("\0\0\u0002\u0001\u000c\0\0\0\u0001\u0005a", "A frame's padding is longer than the frame.")]
    public void Next_SaysWhy_WhenItIsNotHttp2OrTheServerEndsIt(string bytes, string why) =>
        Should.Throw<InvalidDataException>(() => Read(Encoding.Latin1.GetBytes(bytes), 3)).Message.ShouldBe(why);

    private static (Http2Reader Reader, string Body, byte[] Reply) Read(byte[] bytes, int size)
    {
        var reader = new Http2Reader();
        var body = new StringBuilder();
        var reply = new List<byte>();
        foreach (var piece in bytes.Chunk(size))
        {
            body.Append(Take(reader, piece));
            reply.AddRange(reader.TakeReply());
        }
        return (reader, body.ToString(), [.. reply]);
    }

    private static string Take(Http2Reader reader, byte[] piece)
    {
        var body = "";
        for (ReadOnlySpan<byte> left = piece; !left.IsEmpty && !reader.IsEnded;) body += Encoding.ASCII.GetString(reader.Next(ref left));
        return body;
    }

    private static byte[] Frame(byte type, int flags, ReadOnlySpan<byte> payload, byte stream = 1) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, (byte)flags, 0, 0, 0, stream, .. payload];
}
