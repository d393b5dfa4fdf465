using System.Text;
using EventStream.Events;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

public sealed class CursorTests
{
    private const long Largest = 999_999_999_999_999;

    private static readonly Gen<Cursor> AnyCursor =
        from epoch in Part
        from offset in Part
        select new Cursor(epoch, offset);

    private static Gen<long> Part => Gen.OneOf(
        Gen.Elements(0, 1, 9, 10, 1_763_694_885_123, Largest),
        ArbMap.Default.GeneratorFor<long>().Select(number => (number & long.MaxValue) % (Largest + 1)));

    [Theory]
    [InlineData("0-0", 0, 0)]
    [InlineData("1763694885123-42", 1763694885123, 42)]
    [InlineData("999999999999999-999999999999999", Largest, Largest)]
    public void TryParse_Succeeds_WhenTheTextIsTheOneForm(string text, long epoch, long offset)
    {
        Cursor.TryParse(text, out var cursor).ShouldBeTrue();
        cursor.ShouldBe(new Cursor(epoch, offset));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("1--1")]
    [InlineData("1-1-1")]
    [InlineData("+1-1")]
    [InlineData("1-+1")]
    [InlineData("01-1")]
    [InlineData("1-01")]
    [InlineData("00-0")]
    [InlineData(" 1-1")]
    [InlineData("1-1 ")]
    [InlineData("1 -1")]
    [InlineData("1-1\n")]
    [InlineData("1.0-1")]
    [InlineData("1e3-1")]
    [InlineData("0x1-1")]
    [InlineData("1-*")]
    [InlineData("$")]
    [InlineData("١-١")]
    [InlineData("1–1")]
    [InlineData("1000000000000000-1")]
    [InlineData("1-1000000000000000")]
    [InlineData("99999999999999999999999999-1")]
    [InlineData("日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日-1")]
    [InlineData("\ud800-1")]
    public void TryParse_Fails_WhenTheTextHasAnotherForm(string? text)
    {
        Cursor.TryParse(text, out var cursor).ShouldBeFalse();
        cursor.ShouldBe(Cursor.Zero);
        if (text is not null) Cursor.TryParse(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();
    }

    [Fact]
    public void TryParse_NeverThrows_WhenTheTextIsAnything() => PropertyCheck.Run(100, Prop.ForAll(
        ArbMap.Default.ArbFor<string>(),
        text => !Cursor.TryParse(text, out var cursor) || cursor.ToString() == text));

    [Fact]
    public void TryParse_ReadsBack_WhatToStringWrote() => PropertyCheck.Run(100, Prop.ForAll(
        AnyCursor.ToArbitrary(),
        cursor => Cursor.TryParse(cursor.ToString(), out var back) && back == cursor && cursor.ToString().Length <= Cursor.MaxLength));

    [Fact]
    public void TryFormat_WritesTheSameText_AsToString() => PropertyCheck.Run(100, Prop.ForAll(
        AnyCursor.ToArbitrary(),
        cursor =>
        {
            Span<byte> utf8 = stackalloc byte[Cursor.MaxLength];
            return cursor.TryFormat(utf8, out var written, default, null) && Encoding.ASCII.GetString(utf8[..written]) == cursor.ToString();
        }));

    [Fact]
    public void TryFormat_FailsAndWritesNoLength_WhenTheSpanIsTooShort()
    {
        var cursor = new Cursor(1763694885123, 42);
        var length = cursor.ToString().Length;
        for (var i = 0; i < length; i++)
        {
            cursor.TryFormat(new byte[i], out var written, default, null).ShouldBeFalse();
            written.ShouldBe(0);
        }
        cursor.TryFormat(new byte[length], out var all, default, null).ShouldBeTrue();
        all.ShouldBe(length);
    }

    [Fact]
    public void CompareTo_OrdersByEpochThenOffset_WhenTheyDiffer() => PropertyCheck.Run(100, Prop.ForAll(
        AnyCursor.ToArbitrary(),
        AnyCursor.ToArbitrary(),
        (a, b) => Math.Sign(a.CompareTo(b)) == Math.Sign((a.Epoch, a.Offset).CompareTo((b.Epoch, b.Offset)))
            && a < b == a.CompareTo(b) < 0 && a > b == b < a && a <= b == !(a > b) && a >= b == !(a < b)));

    [Fact]
    public void Order_IsByNumber_WhenTheTextWouldSortOtherwise() => new Cursor(5, 9).ShouldBeLessThan(new Cursor(5, 10));

    [Fact]
    public void Next_AndPreviousUndoEachOther_InsideAnEpoch()
    {
        var cursor = new Cursor(7, 1);
        cursor.Next.ShouldBe(new Cursor(7, 2));
        cursor.Previous.ShouldBe(new Cursor(7, 0));
        cursor.Next.Previous.ShouldBe(cursor);
    }

    [Fact]
    public void Parse_NamesTheForm_WhenTheTextIsNoCursor() =>
        Should.Throw<FormatException>(() => Cursor.Parse("latest")).Message.ShouldBe("'latest' is not a cursor; it has the form <epoch>-<offset>, such as 1763694885123-42.");
}
