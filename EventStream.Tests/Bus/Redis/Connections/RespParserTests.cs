using System.Text;
using EventStream.Bus.Redis.Connections;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace EventStream.Tests.Bus.Redis.Connections;

public sealed class RespParserTests
{
    private static readonly Gen<(string Bytes, string Shown)> Answer = Gen.Sized(size => Nested(Math.Min(size, 3)));

    private static readonly Gen<string> Broken =
        from answer in Answer
        from splices in Gen.ListOf(Gen.Zip(Gen.Choose(0, 1_000_000), Gen.Elements("\r", "\n", "\r\n", "*", "$", ":", "-", "+", "9223372036854775807", "-1", "*1000000\r\n", "*2\r\n", "\0", "x")), 2)
        select splices.Aggregate(answer.Bytes, (whole, splice) => whole.Insert(splice.Item1 % (whole.Length + 1), splice.Item2));

    [Fact]
    public void TryReadAnswer_ReadsEachAnswer_AndWaitsForItsLastByte() => PropertyCheck.Run(500, Prop.ForAll(Answer.ToArbitrary(), given =>
    {
        var bytes = Encoding.UTF8.GetBytes(given.Bytes);
        for (var length = 0; length < bytes.Length; length++) RespParser.TryReadAnswer(bytes.AsSpan(0, length), out _, out _).ShouldBeFalse();
        RespParser.TryReadAnswer([.. bytes, .. "+OK\r\n"u8], out var answer, out var whole).ShouldBeTrue();
        whole.ShouldBe(bytes.Length);
        Show(answer!).ShouldBe(given.Shown);
    }));

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("x\r\n")]
    [InlineData(":x\r\n")]
    [InlineData(":\r\n")]
    [InlineData("$5\r\nhelloXX")]
    [InlineData("$4194305\r\n")]
    [InlineData("*1048577\r\n")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n")]
    public void TryReadAnswer_Throws_WhenItIsNotTheProtocol(string text) =>
        Should.Throw<InvalidDataException>(() => RespParser.TryReadAnswer(Encoding.UTF8.GetBytes(text), out _, out _));

    [Fact]
    public void TryReadAnswer_OnlyThrowsInvalidData_WhateverComes() => PropertyCheck.Run(2000, Prop.ForAll(Broken.ToArbitrary(), text =>
    {
        try
        {
            RespParser.TryReadAnswer(Encoding.UTF8.GetBytes(text), out _, out _);
        }
        catch (InvalidDataException)
        {
            // The documented exception is as good as an answer.
        }
    }));

    private static Gen<(string Bytes, string Shown)> Nested(int depth)
    {
        var flat = Gen.OneOf(
            Gen.Choose(-5, 1_000_000).Select(number => ($":{number}\r\n", $"{number}")),
            Gen.Elements("OK", "日本", "").Select(text => ($"+{text}\r\n", text)),
            Gen.Elements("ERR no", "MOVED 1 a:1").Select(text => ($"-{text}\r\n", $"!{text}")),
            Gen.Elements("", "7-1", "a\r\nb", "日本", "$3\r\n").Select(text => ($"${Encoding.UTF8.GetByteCount(text)}\r\n{text}\r\n", text)),
            Gen.Elements("$-1\r\n", "*-1\r\n").Select(bytes => (bytes, "null")));
        return depth == 0 ? flat : Gen.OneOf(flat, Gen.ListOf(Nested(depth - 1)).Select(parts =>
            ($"*{parts.Count}\r\n{string.Concat(parts.Select(part => part.Item1))}", $"[{string.Join(',', parts.Select(part => part.Item2))}]")));
    }

    private static string Show(RedisResult answer) => answer switch
    {
        { IsNull: true } => "null",
        { Resp2Type: ResultType.Array } => $"[{string.Join(',', ((RedisResult[])answer!).Select(Show))}]",
        { Resp2Type: ResultType.Error } => $"!{answer}",
        _ => $"{answer}",
    };
}
