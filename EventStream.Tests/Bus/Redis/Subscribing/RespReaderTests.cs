using System.Text;
using EventStream.Bus.Redis.Connections;
using EventStream.Bus.Redis.Subscribing;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis.Subscribing;

public sealed class RespReaderTests
{
    private const string Subscribed = "*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n";
    private const string Published = "*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$5\r\nhello\r\n";

    private static readonly Gen<byte[]> Stream =
        from messages in Gen.ListOf(Gen.OneOf(
            Gen.Elements(Subscribed, "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n", "*2\r\n$4\r\npong\r\n$0\r\n\r\n", "+PONG\r\n", "-ERR no\r\n").Select(Encoding.UTF8.GetBytes),
            from channel in Gen.Elements("", "a", "session:日本", "\r\n", "$3\r\n")
            from payload in ArbMap.Default.GeneratorFor<byte[]>()
            select Message(channel, payload)))
        select messages.SelectMany(message => message).ToArray();

    private static readonly Gen<byte[]> Broken =
        from bytes in Stream
        from count in Gen.Choose(1, 3)
        from splices in Gen.ListOf(Gen.Zip(Gen.Choose(0, 1_000_000), Gen.Elements("\r", "\n", "\r\n", "*", "$", ":", "-", "9223372036854775807", "99999999", "-1", "*1000000000\r\n", "\0", "x")), count)
        select splices.Aggregate(bytes, (whole, splice) => [.. whole[..(splice.Item1 % (whole.Length + 1))], .. Encoding.UTF8.GetBytes(splice.Item2), .. whole[(splice.Item1 % (whole.Length + 1))..]]);

    [Theory]
    [InlineData(Published, "message", "ch", "hello", true, false)]
    [InlineData("*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$0\r\n\r\n", "message", "ch", "", true, false)]
    [InlineData("*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$6\r\na\r\n$b\n\r\n", "message", "ch", "a\r\n$b\n", true, false)]
    [InlineData(Subscribed, "subscribe", "ch", "", false, false)]
    [InlineData("*3\r\n$11\r\nunsubscribe\r\n$2\r\nch\r\n:0\r\n", "unsubscribe", "ch", "", false, false)]
    [InlineData("*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n", "unsubscribe", "", "", false, false)]
    [InlineData("*2\r\n$4\r\npong\r\n$0\r\n\r\n", "pong", "", "", false, false)]
    [InlineData("+PONG\r\n", "+PONG", "", "", false, false)]
    [InlineData("-NOAUTH Authentication required.\r\n", "-NOAUTH Authentication required.", "", "", false, true)]
    public void TryRead_TakesTheMessage_OfEachKind(string text, string kind, string channel, string payload, bool isPublished, bool isError)
    {
        var messages = new Messages();
        messages.Add(Copy(messages, Encoding.UTF8.GetBytes(text)));
        messages.TryRead(out var message).ShouldBeTrue();
        (Text(message.Kind), Text(message.Channel), Text(message.Payload)).ShouldBe((kind, channel, payload));
        (message.IsPublished, message.IsError, message.IsTooLong).ShouldBe((isPublished, isError, false));
        messages.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public void TryRead_WaitsForTheRest_WhereverTheBytesAreCut()
    {
        var bytes = Encoding.UTF8.GetBytes(Subscribed + Published + "+PONG\r\n" + Published);
        var whole = ReadAll(bytes, bytes.Length);
        whole.ShouldBe(["subscribe ch ", "message ch hello", "+PONG  ", "message ch hello"]);
        for (var size = 1; size < bytes.Length; size++) ReadAll(bytes, size).ShouldBe(whole);
    }

    [Fact]
    public void TryRead_TakesTheSameMessages_HoweverTheyCome() => PropertyCheck.Run(300, Prop.ForAll(
        Gen.Zip(Stream, Gen.Choose(1, 40)).ToArbitrary(),
        given => ReadAll(given.Item1, given.Item2).ShouldBe(ReadAll(given.Item1, int.MaxValue))));

    [Fact]
    public void TryRead_TakesEach_WhenManyComeAtOnceAndTheBufferGoesRound()
    {
        var messages = new Messages();
        var bytes = Enumerable.Range(0, 20_000).SelectMany(i => Message("ch", Encoding.UTF8.GetBytes($"{i}"))).ToArray();
        var read = new List<string>();
        foreach (var piece in bytes.Chunk(7919)) read.AddRange(Receive(messages, piece));
        read.ShouldBe(Enumerable.Range(0, 20_000).Select(i => $"message ch {i}"));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1_000_000, true)]
    public void TryRead_PassesOverWhatIsTooLong_AndTakesWhatFollows(int excess, bool isTooLong)
    {
        var messages = new Messages();
        var payload = new byte[RespParser.MaxBytes + excess];
        payload.AsSpan().Fill((byte)'\n');
        byte[] bytes = [.. Message("before", "1"u8.ToArray()), .. Message("long", payload), .. Message("after", "2"u8.ToArray())];
        var read = new List<(string, int, bool)>();
        foreach (var piece in bytes.Chunk(100_003))
        {
            foreach (var part in Parts(messages, piece))
            {
                messages.Add(part);
                while (messages.TryRead(out var message)) read.Add((Text(message.Channel), message.Payload.Length, message.IsTooLong));
            }
        }
        read.ShouldBe([("before", 1, false), ("long", isTooLong ? 0 : payload.Length, isTooLong), ("after", 1, false)]);
        // The buffer that the long message needed is given back.
        if (isTooLong) messages.Free().Length.ShouldBeLessThan(1_000_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TryRead_WaitsForTheLastByteOfWhatIsTooLong(int left)
    {
        var messages = new Messages();
        byte[] tooLong = Message("long", new byte[RespParser.MaxBytes + 10]);
        byte[] bytes = [.. tooLong, .. Message("after", "2"u8.ToArray())];
        var read = new List<(string, bool)>();
        foreach (var piece in bytes[..(tooLong.Length - left)].Chunk(100_003).Concat(bytes[(tooLong.Length - left)..].Chunk(1)))
        {
            foreach (var part in Parts(messages, piece))
            {
                messages.Add(part);
                while (messages.TryRead(out var message)) read.Add((Text(message.Channel), message.IsTooLong));
            }
        }
        read.ShouldBe([("long", true), ("after", false)]);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("+PONG\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData(":1\r\n")]
    [InlineData("$5\r\nhello\r\n")]
    [InlineData("*1\r\n$4\r\npong\r\n")]
    [InlineData("*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$2\r\nch\r\n$1\r\na\r\n")]
    [InlineData("*-1\r\n")]
    [InlineData("*x\r\n")]
    [InlineData("*\r\n")]
    [InlineData("*3 \r\n")]
    [InlineData("*3\r\n*1\r\n")]
    [InlineData("*3\r\n\r\n")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n+OK\r\n")]
    [InlineData("*3\r\n$x\r\n")]
    [InlineData("*3\r\n$99999999999999999999\r\n")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$9223372036854775807\r\n")]
    [InlineData("*3\r\n$5000000\r\n")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$5000000\r\n")]
    [InlineData("*3\r\n$7\r\nmessageXX$2\r\nch\r\n$1\r\na\r\n")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$1\r\naXX")]
    public void TryRead_Throws_WhenItIsNotTheProtocol(string text)
    {
        var messages = new Messages();
        Should.Throw<InvalidDataException>(() => Receive(messages, Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void TryRead_Throws_WhenALineDoesNotEnd()
    {
        var messages = new Messages();
        Should.Throw<InvalidDataException>(() => Receive(messages, [.. "+"u8, .. new byte[RespParser.MaxBytes + 1]]));
    }

    [Fact]
    public void TryRead_OnlyThrowsInvalidData_WhateverComes()
    {
        var check = (byte[] bytes) =>
        {
            foreach (var size in (int[])[1, 3, int.MaxValue])
            {
                try
                {
                    ReadAll(bytes, size);
                }
                catch (InvalidDataException)
                {
                    // The documented exception is as good as an answer.
                }
            }
        };
        PropertyCheck.Run(1000, Prop.ForAll(Broken.ToArbitrary(), check));
        PropertyCheck.Run(500, Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), check));
    }

    private static byte[] Message(string channel, byte[] payload) =>
        [.. "*3\r\n$7\r\nmessage\r\n"u8, .. Encoding.UTF8.GetBytes($"${Encoding.UTF8.GetByteCount(channel)}\r\n{channel}\r\n${payload.Length}\r\n"), .. payload, .. "\r\n"u8];

    private static List<string> ReadAll(byte[] bytes, int size)
    {
        var messages = new Messages();
        var read = new List<string>();
        foreach (var piece in bytes.Chunk(size)) read.AddRange(Receive(messages, piece));
        return read;
    }

    private static List<string> Receive(Messages messages, byte[] bytes)
    {
        var read = new List<string>();
        foreach (var part in Parts(messages, bytes))
        {
            messages.Add(part);
            while (messages.TryRead(out var message)) read.Add($"{Text(message.Kind)} {Text(message.Channel)} {Encoding.Latin1.GetString(message.Payload)}");
        }
        return read;
    }

    // Copies as much as the buffer takes, as a socket would.
    private static IEnumerable<int> Parts(Messages messages, byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var count = Copy(messages, bytes.AsSpan(at));
            at += count;
            yield return count;
        }
    }

    private static int Copy(Messages messages, ReadOnlySpan<byte> bytes)
    {
        var free = messages.Free();
        var count = Math.Min(free.Length, bytes.Length);
        count.ShouldBeGreaterThan(0);
        bytes[..count].CopyTo(free);
        return count;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private sealed class Messages
    {
        private readonly ReceiveBuffer _received = new();
        private readonly RespReader _reader;

        public Messages() => _reader = new RespReader(_received);

        public Span<byte> Free() => _received.Free();

        public void Add(int bytes) => _received.Add(bytes);

        public bool TryRead(out RespReply message) => _reader.TryRead(out message);
    }
}
