using System.Text;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

public sealed class EventReaderTimestampTests
{
    [Theory]
    [InlineData("2026-11-21T03:14:45Z", "2026-11-21T03:14:45.000Z")]
    [InlineData("2026-11-21T03:14:45.1Z", "2026-11-21T03:14:45.100Z")]
    [InlineData("2026-11-21T03:14:45.12Z", "2026-11-21T03:14:45.120Z")]
    [InlineData("2026-11-21T03:14:45.123Z", "2026-11-21T03:14:45.123Z")]
    [InlineData("2026-11-21T03:14:45.1239Z", "2026-11-21T03:14:45.123Z")]
    [InlineData("2026-11-21T03:14:45.12399Z", "2026-11-21T03:14:45.123Z")]
    [InlineData("2026-11-21T03:14:45.123999Z", "2026-11-21T03:14:45.123Z")]
    [InlineData("2026-11-21T03:14:45.1239999Z", "2026-11-21T03:14:45.123Z")]
    [InlineData("2026-11-21T03:14:45.12399999Z", "2026-11-21T03:14:45.123Z")]
    [InlineData("2026-11-21T23:59:59.999999999Z", "2026-11-21T23:59:59.999Z")]
    [InlineData("2026-11-21t03:14:45.123z", "2026-11-21T03:14:45.123Z")]
    [InlineData("2026-11-21T03:14:45.123+00:00", "2026-11-21T03:14:45.123Z")]
    [InlineData("2026-11-21T03:14:45.123-00:00", "2026-11-21T03:14:45.123Z")]
    [InlineData("2026-11-21T03:14:45.123456789+05:30", "2026-11-20T21:44:45.123Z")]
    [InlineData("2026-11-21T23:14:45-08:00", "2026-11-22T07:14:45.000Z")]
    [InlineData("2024-02-29T00:00:00+14:00", "2024-02-28T10:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z")]
    public void Read_CutsToMillisecondsInUtc_WhateverTheOffsetAndTheDigits(string given, string written)
    {
        var read = Read(given);
        read.Timestamp.Offset.ShouldBe(TimeSpan.Zero);
        Encoding.UTF8.GetString(EventWriter.ToUtf8(read)).ShouldContain($"\"timestamp\":\"{written}\"");
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("2026-11-21")]
    [InlineData("2026-11-21T03:14:45")]
    [InlineData("2026-11-21T03:14Z")]
    [InlineData("2026-11-21 03:14:45Z")]
    [InlineData("2026-11-21T03:14:45.Z")]
    [InlineData("2026-11-21T03:14:45123Z")]
    [InlineData("2026-11-21T03:14:45,123Z")]
    [InlineData("2026-11-21T03:14:45.1234567890Z")]
    [InlineData("2026-11-21T03:14:45.123+0100")]
    [InlineData("2026-11-21T03:14:45.123+01")]
    [InlineData("2026-11-21T03:14:45.123+15:00")]
    [InlineData("2026-11-21T03:14:45.123Z\\n")]
    [InlineData(" 2026-11-21T03:14:45.123Z")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-11-21T24:00:00Z")]
    [InlineData("2026-11-21T03:60:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    [InlineData("２０２６-11-21T03:14:45Z")]
    [InlineData("1763694885123")]
    public void Read_Refuses_WhenItIsNoTimestamp(string given) =>
        Rejections.Of(() => Read(given)).Message.ShouldBe("/timestamp must be RFC 3339 with an offset, such as 2026-11-21T03:14:45.123Z.");

    [Fact]
    public void Read_Refuses_WhenTheTimestampIsANumber() => Rejections.Of(() =>
        EventReader.Read("""{"type":"x","timestamp":1763694885123}"""u8, new EventDefaults("s1", FixedTime.Instance))).Message.ShouldBe("/timestamp must be a string.");

    private static Event Read(string timestamp) =>
        EventReader.Read(Encoding.UTF8.GetBytes($$"""{"type":"x","timestamp":"{{timestamp}}"}"""), new EventDefaults("s1", FixedTime.Instance));
}
