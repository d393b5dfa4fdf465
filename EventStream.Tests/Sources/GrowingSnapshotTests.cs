using System.Text;
using System.Text.Json;
using EventStream.Events;
using EventStream.Sources;
using EventStream.Tests.Support;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

public sealed class GrowingSnapshotTests
{
    [Theory]
    [InlineData("", "abc", "abc")]
    [InlineData("abc", "abc", "")]
    [InlineData("abc", "abcd", "d")]
    [InlineData("abc", "ab", null)]
    [InlineData("abc", "abd", null)]
    [InlineData("a\n", "a\\nb", "b")]
    [InlineData("a\n", "a\\u000ab\\n", "b\\n")]
    [InlineData("é😀", "\\u00e9\\ud83d\\ude00!", "!")]
    [InlineData("é😀", "é😀\\ud800", "\\ud800")]
    [InlineData("é", "\\ud83d", null)]
    [InlineData("\"\\/", "\\\"\\\\\\/x", "x")]
    [InlineData("a\\n", "a\\n", null)]
    [InlineData("\b\f\r\t", "\\b\\f\\r\\t", "")]
    public void Continues_GivesTheRest_WhenTheTextBeginsTheSame(string known, string snapshot, string? rest)
    {
        GrowingSnapshot.Continues(JsonElement.Parse($"\"{snapshot}\""), Encoding.UTF8.GetBytes(known), out var found).ShouldBe(rest is not null);
        if (rest is not null) Encoding.UTF8.GetString(found).ShouldBe(rest);
    }

    [Fact]
    public void Continues_AgreesWithStrings_WhateverTheTexts() => PropertyCheck.Run(2000, Prop.ForAll(
        JsonGen.Text.Zip(JsonGen.Text).ToArbitrary(),
        pair =>
        {
            var (first, second) = (JsonElement.Parse(pair.Item1), JsonElement.Parse($"{pair.Item1[..^1]}{pair.Item2[1..]}"));
            var (known, whole) = (JsonText.Text(first)!, JsonText.Text(second)!);
            GrowingSnapshot.Continues(second, Wtf8Of(first), out var rest).ShouldBeTrue();
            JsonText.Text(JsonElement.Parse($"\"{Encoding.UTF8.GetString(rest)}\"")).ShouldBe(whole[known.Length..]);
            GrowingSnapshot.Continues(first, Wtf8Of(second), out _).ShouldBe(whole == known);
        }));

    [Theory]
    [InlineData("a\\ud83d", "a😀b", "\\ude00b")]
    [InlineData("a\\ud83d", "a\\ud83d\\ude00b", "\\ude00b")]
    [InlineData("a\\ud83d", "a\\ud83db", "b")]
    [InlineData("a\\ud83d", "a\\ud83d", "")]
    [InlineData("a\\ud83d", "a\\ud83e\\ude00", null)]
    [InlineData("a\\ud83d", "a日", null)]
    [InlineData("a\\ud83d", "a", null)]
    [InlineData("\\ud800b", "\\ud800bc", "c")]
    public void Continues_GivesTheRest_WhenTheTextWasCutInAPair(string known, string snapshot, string? rest)
    {
        GrowingSnapshot.Continues(JsonElement.Parse($"\"{snapshot}\""), Wtf8Of(JsonElement.Parse($"\"{known}\"")), out var found).ShouldBe(rest is not null);
        if (rest is not null) Encoding.UTF8.GetString(found).ShouldBe(rest);
    }

    private static byte[] Wtf8Of(JsonElement text)
    {
        JsonText.TryWtf8(text, out var wtf8).ShouldBeTrue();
        return wtf8.ToArray();
    }
}
