using System.Text;
using EventStream.Events;
using EventStream.Sources;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

public sealed class NativeReaderParseTests
{
    private static readonly Gen<(string Compact, string Spaced)> Texts = from tokens in JsonGen.Tokens from spaced in JsonGen.Spaced(tokens) select (string.Concat(tokens), spaced);

    [Fact]
    public void Parse_LeavesWhiteSpaceOut_HoweverItIsSpaced() => PropertyCheck.Run(1000, Prop.ForAll(Texts.ToArbitrary(), text =>
    {
        NativeReader.Parse(Encoding.UTF8.GetBytes(text.Spaced)).GetRawText().ShouldBe(text.Compact);
        CompactJson.IsCompact(Encoding.UTF8.GetBytes(text.Spaced)).ShouldBe(text.Spaced == text.Compact);
    }));

    [Theory]
    [InlineData("")]
    [InlineData("{\"a\":}")]
    [InlineData("{} {}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void Parse_SaysWhatIsWrong_WhenItIsNoJson(string json) =>
        Should.Throw<EventRejectedException>(() => NativeReader.Parse(Encoding.UTF8.GetBytes(json))).Message.ShouldBe(Should.Throw<EventRejectedException>(() => CompactJson.From(Encoding.UTF8.GetBytes(json))).Message);

    [Fact]
    public void Parse_Rejects_WhatIsNoUtf8() => Should.Throw<EventRejectedException>(() => NativeReader.Parse([(byte)'"', 0xC3, (byte)'"'])).Message.ShouldContain("UTF-8");
}
