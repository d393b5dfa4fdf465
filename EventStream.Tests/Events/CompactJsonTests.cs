using System.Text;
using EventStream.Events;
using EventStream.Tests.Support;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

public sealed class CompactJsonTests
{
    [Fact]
    public void From_KeepsEveryToken_WhenTheTextIsSpacedAnyhow() => PropertyCheck.Run(500, Prop.ForAll(
        (from tokens in JsonGen.Tokens
         from spaced in JsonGen.Spaced(tokens)
         select (Spaced: spaced, Compact: string.Concat(tokens))).ToArbitrary(),
        text => Compact(text.Spaced) == text.Compact));

    [Fact]
    public void From_ChangesNothing_WhenTheTextIsCompactAlready() => PropertyCheck.Run(100, Prop.ForAll(
        JsonGen.Tokens.ToArbitrary(),
        tokens => Compact(string.Concat(tokens)) == string.Concat(tokens)));

    [Theory]
    [InlineData("""{ "a" : 1e400 }""", """{"a":1e400}""")]
    [InlineData("[1.0, -0, 1E+2, 0.10]", "[1.0,-0,1E+2,0.10]")]
    [InlineData("""[ "  a \t b  " , "\u0020\/\"" ]""", """["  a \t b  ","\u0020\/\""]""")]
    [InlineData("""{"a":"\\" , "b":"\\\"" }""", """{"a":"\\","b":"\\\""}""")]
    [InlineData("""{"a": 1, "a": 2}""", """{"a":1,"a":2}""")]
    [InlineData("""["\ud800", "\uDFFF"]""", """["\ud800","\uDFFF"]""")]
    [InlineData("[\"\u2028 \u0085 \u007f\"]", "[\"\u2028 \u0085 \u007f\"]")]
    [InlineData(" \r\n\t true \n", "true")]
    public void From_LeavesNumbersStringsAndEscapes_AsTheyCame(string text, string compact) => Compact(text).ShouldBe(compact);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("{")]
    [InlineData("{}}")]
    [InlineData("{} {}")]
    [InlineData("[1,]")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":1} // comment")]
    [InlineData("[01]")]
    [InlineData("[1.]")]
    [InlineData("[NaN]")]
    [InlineData("[Infinity]")]
    [InlineData("[+1]")]
    [InlineData("[\"\\x\"]")]
    [InlineData("[\"\n\"]")]
    [InlineData("[\"\0\"]")]
    [InlineData("\uFEFF{}")]
    public void From_Refuses_WhenTheTextIsNoJson(string text) =>
        Rejections.Of(() => Compact(text)).Message.ShouldStartWith("The text is not valid JSON at line ");

    [Fact]
    public void From_NamesTheLineAndTheByte_WhenTheTextIsNoJson() =>
        Rejections.Of(() => Compact("{\n  \"a\": x}")).Message.ShouldBe("The text is not valid JSON at line 2, byte 8.");

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { (byte)'"', 0xc3, (byte)'"' })]
    [InlineData(new byte[] { (byte)'"', 0xed, 0xa0, 0x80, (byte)'"' })]
    [InlineData(new byte[] { (byte)'"', 0xc0, 0x80, (byte)'"' })]
    public void From_Refuses_WhenTheTextIsNoUtf8(byte[] utf8) =>
        Rejections.Of(() => CompactJson.From(utf8)).Message.ShouldBe("The text is not valid UTF-8.");

    [Fact]
    public void From_TakesDepth64AndRefuses65_Exactly()
    {
        Compact(Nested(64)).ShouldBe(Nested(64));
        Rejections.Of(() => Compact(Nested(65))).Message.ShouldBe("The text is not valid JSON at line 1, byte 65.");
    }

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private static string Compact(string text) => Encoding.UTF8.GetString(CompactJson.From(Encoding.UTF8.GetBytes(text)));
}
