using System.Globalization;
using System.Text.Json;
using EventStream.Foreign;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Foreign;

public sealed class NativeTimeTests
{
    [Theory]
    [InlineData("\"2025-05-06T07:39:07Z\"", "2025-05-06T07:39:07.000Z")]
    [InlineData("\"2025-05-06t07:39:07.1234567z\"", "2025-05-06T07:39:07.123Z")]
    [InlineData("\"2025-05-06T07:39:07.123456789Z\"", "2025-05-06T07:39:07.123Z")]
    [InlineData("\"2025-05-06T07:39:07.123456789012Z\"", "2025-05-06T07:39:07.123Z")]
    [InlineData("\"2025-05-06 07:39:07,123\"", "2025-05-06T07:39:07.123Z")]
    [InlineData("\"2025-05-06T07:39:07.5\"", "2025-05-06T07:39:07.500Z")]
    [InlineData("\"2025-05-06T07:39\"", "2025-05-06T07:39:00.000Z")]
    [InlineData("\"2025-05-06T07:39:07+02:00\"", "2025-05-06T05:39:07.000Z")]
    [InlineData("\"2025-05-06T07:39:07+0200\"", "2025-05-06T05:39:07.000Z")]
    [InlineData("\"2025-05-06T07:39:07-02\"", "2025-05-06T09:39:07.000Z")]
    [InlineData("1746517147123", "2025-05-06T07:39:07.123Z")]
    [InlineData("1746517147", "2025-05-06T07:39:07.000Z")]
    [InlineData("1746517147.5", "2025-05-06T07:39:07.500Z")]
    [InlineData("""{"date":"2025-05-06 07:39:07.123000","timezone_type":3,"timezone":"UTC"}""", "2025-05-06T07:39:07.123Z")]
    [InlineData("""{"date":"2025-05-06 07:39:07.123000","timezone_type":3,"timezone":"Europe/Berlin"}""", "2025-05-06T05:39:07.123Z")]
    [InlineData("""{"date":"2025-05-06 07:39:07.123000","timezone_type":1,"timezone":"+02:00"}""", "2025-05-06T05:39:07.123Z")]
    public void Read_KnowsTheMoment_WhenItIsUnambiguous(string json, string moment) =>
        NativeTime.Read(JsonElement.Parse(json))!.Value.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture).ShouldBe(moment);

    [Theory]
    [InlineData("\"05/06/2025 07:39:07\"")]
    [InlineData("\"06.05.2025 07:39:07\"")]
    [InlineData("\"10:30:00.123\"")]
    [InlineData("\"2025-05-06\"")]
    [InlineData("\"2025-05-06T07\"")]
    [InlineData("\"2025-05\"")]
    [InlineData("\"2025-5-6 7:39:07\"")]
    [InlineData("\"20250506T073907Z\"")]
    [InlineData("\"2025-W19-2T07:39:07Z\"")]
    [InlineData("\"2025-02-30T07:39:07Z\"")]
    [InlineData("\"2025-05-06T24:00:00Z\"")]
    [InlineData("\"2025-05-06T07:39:07 PM\"")]
    [InlineData("\"2025-05-06T07:39:07 CEST\"")]
    [InlineData("\"2025-05-06T07:39:07.Z\"")]
    [InlineData("\"2025-05-06T07:39:07+99:00\"")]
    [InlineData("\"1746517147\"")]
    [InlineData("\"Tuesday\"")]
    [InlineData("0")]
    [InlineData("12.5")]
    [InlineData("-1746517147")]
    [InlineData("1746517147123456")]
    [InlineData("1e400")]
    [InlineData("""{"date":"2025-05-06 07:39:07","timezone_type":2,"timezone":"CEST"}""")]
    [InlineData("""{"date":"2025-10-26 02:30:00","timezone_type":3,"timezone":"Europe/Berlin"}""")]
    [InlineData("""{"date":"2025-03-30 02:30:00","timezone_type":3,"timezone":"Europe/Berlin"}""")]
    [InlineData("""{"date":"2025-05-06T07:39:07Z","timezone_type":3,"timezone":"Europe/Berlin"}""")]
    [InlineData("""{"date":"today","timezone_type":3,"timezone":"UTC"}""")]
    [InlineData("null")]
    public void Read_GuessesNothing_WhenTheMomentIsAmbiguous(string json) => NativeTime.Read(JsonElement.Parse(json)).ShouldBeNull();
}
