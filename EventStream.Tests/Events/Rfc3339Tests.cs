using System.Globalization;
using EventStream.Events;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

public sealed class Rfc3339Tests
{
    private static readonly Gen<string> Valid =
        from seconds in Gen.Choose(int.MinValue, int.MaxValue).Select(seconds => 40L * seconds)
        from fraction in Gen.Choose(0, 9_999_999)
        from digits in Gen.Choose(0, 7)
        from offset in Gen.Choose(-14 * 60, 14 * 60)
        let time = DateTime.UnixEpoch.AddSeconds(Math.Clamp(seconds, -62_000_000_000, 253_000_000_000)).AddTicks(fraction)
        select time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)
            + (digits == 0 ? "" : time.ToString("." + new string('f', digits), CultureInfo.InvariantCulture))
            + (offset == 0 ? "Z" : $"{(offset < 0 ? '-' : '+')}{Math.Abs(offset) / 60:00}:{Math.Abs(offset) % 60:00}");

    [Fact]
    public void TryParse_AgreesWithTheRuntime_WhenTheTextIsValid() => PropertyCheck.Run(3000, Prop.ForAll(Valid.ToArbitrary(), text =>
    {
        var expected = Runtimes(text).ShouldNotBeNull(text);
        Rfc3339.TryParse(text, out var time).ShouldBeTrue(text);
        (time, time.Offset).ShouldBe((Cut(expected), TimeSpan.Zero), text);
    }));

    [Fact]
    public void TryParse_TakesNothingThatTheRuntimeRefuses_WhenASignIsChanged() => PropertyCheck.Run(5000, Prop.ForAll(
        (from text in Valid
         from at in Gen.Choose(0, 1000)
         from sign in Gen.Elements<char>("0123456789-+:.TtZz ")
         select text[..(at % text.Length)] + sign + text[(at % text.Length + 1)..]).ToArbitrary(),
        text =>
        {
            var isTaken = Rfc3339.TryParse(text, out var time);
            var expected = Runtimes(text);
            isTaken.ShouldBe(expected is not null, text);
            if (isTaken) time.ShouldBe(Cut(expected!.Value), text);
        }));

    [Theory]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-00-01T00:00:00Z")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2025-02-29T00:00:00Z")]
    [InlineData("1900-02-29T00:00:00Z")]
    [InlineData("2026-04-31T00:00:00Z")]
    [InlineData("2026-01-00T00:00:00Z")]
    [InlineData("2026-01-01T24:00:00Z")]
    [InlineData("2026-01-01T00:60:00Z")]
    [InlineData("2026-06-30T23:59:60Z")]
    [InlineData("2026-01-01T00:00:00+14:01")]
    [InlineData("2026-01-01T00:00:00-14:01")]
    [InlineData("2026-01-01T00:00:00+13:60")]
    [InlineData("2026-01-01T00:00:00+24:00")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("2026-01-01T00:00:00")]
    [InlineData("2026-01-01T00:00:00.")]
    [InlineData("2026-01-01T00:00:00.Z")]
    [InlineData("2026-01-01T00:00:00.1234567891Z")]
    [InlineData("2026-01-01T00:00Z")]
    [InlineData("2026-01-01Z")]
    [InlineData("26-01-01T00:00:00Z")]
    [InlineData("2026-1-1T00:00:00Z")]
    [InlineData("2026-01-01 00:00:00Z")]
    [InlineData("2026-01-01T00:00:00 Z")]
    [InlineData("2026-01-01T00:00:00ZZ")]
    [InlineData("2026-01-01T00:00:00+01")]
    [InlineData("2026-01-01T00:00:00+0100")]
    [InlineData("2026-01-01T00:00:00+1:00")]
    [InlineData("2026-01-01T00:00:00\u221201:00")]
    [InlineData("+026-01-01T00:00:00Z")]
    [InlineData("-026-01-01T00:00:00Z")]
    [InlineData(" 026-01-01T00:00:00Z")]
    [InlineData("2026- 1-01T00:00:00Z")]
    [InlineData("2026-01-01T00:00:0 Z")]
    [InlineData("\u0662\u0660\u0662\u0666-01-01T00:00:00Z")]
    [InlineData("2026-01-01T00:00:00.\u0661Z")]
    [InlineData("Z")]
    [InlineData("")]
    public void TryParse_Refuses_WhatIsNoMoment(string text)
    {
        Rfc3339.TryParse(text, out var time).ShouldBeFalse();
        time.ShouldBe(default);
    }

    [Theory]
    [InlineData("0001-01-01T00:01:00+00:01", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("9999-12-31T23:58:59.999-00:01", "9999-12-31T23:59:59.9990000+00:00")]
    [InlineData("2024-02-29t23:59:59.999999999z", "2024-02-29T23:59:59.9990000+00:00")]
    [InlineData("2000-02-29T00:00:00-00:00", "2000-02-29T00:00:00.0000000+00:00")]
    public void TryParse_TakesTheMoment_AtTheBounds(string text, string expected)
    {
        Rfc3339.TryParse(text, out var time).ShouldBeTrue();
        time.ToString("o", CultureInfo.InvariantCulture).ShouldBe(expected);
    }

    private static DateTimeOffset? Runtimes(string text)
    {
        // .NET's formats accept only capitals and at most seven digits.
        var formats = Enumerable.Range(0, 8).Select(digits => $"yyyy-MM-dd'T'HH:mm:ss{(digits == 0 ? "" : "." + new string('f', digits))}K").ToArray();
        var last = text is [.., 'Z' or 'z'] || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        return last && DateTimeOffset.TryParseExact(text.Replace('t', 'T').Replace('z', 'Z'), formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
    }

    private static DateTimeOffset Cut(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
}
