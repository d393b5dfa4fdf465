using System.Text.Json;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

public sealed class EventPayloadTests
{
    [Fact]
    public void Parse_KeepsTheTokens_WhenTheTextIsAnObject() =>
        EventPayload.Parse(""" { "b" : 1.0, "a" : "\u00e9" } """).ToString().ShouldBe("""{"b":1.0,"a":"\u00e9"}""");

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"{}\"")]
    [InlineData("1")]
    public void Parse_Refuses_WhenTheTextIsNoObject(string json) =>
        Rejections.Of(() => EventPayload.Parse(json)).Message.ShouldBe("/payload must be a JSON object.");

    [Fact]
    public void From_WritesSnakeCaseAndLeavesOutNull_Always() =>
        EventPayload.From(new AgentMessageStart { MessageId = "m1" }).ToString().ShouldBe("""{"message_id":"m1"}""");

    [Fact]
    public void From_KeepsTextReadable_WhenItHasNoNeedOfEscapes() =>
        EventPayload.From(new AgentMessageDelta { MessageId = "m", Delta = "<b>'ä'</b> & \"日本\"\n\r\0" }).ToString()
            .ShouldBe("""{"message_id":"m","delta":"<b>'ä'</b> & \"日本\"\n\r\u0000"}""");

    [Fact]
    public void As_KeepsUnknownMembers_InOthers()
    {
        var payload = EventPayload.Parse("""{"message_id":"m","zeta":{"x":[1.0]},"delta":"d"}""");
        var delta = payload.As<AgentMessageDelta>();
        delta.Others.ShouldNotBeNull().Keys.ShouldBe(["zeta"]);
        EventPayload.From(delta).ToString().ShouldBe("""{"message_id":"m","delta":"d","zeta":{"x":[1.0]}}""");
    }

    [Theory]
    [InlineData("""{"message_id":"m"}""")]
    [InlineData("""{"message_id":"m","delta":7}""")]
    public void As_ThrowsJsonException_WhenARequiredMemberIsAbsentOrWrong(string json) =>
        Should.Throw<JsonException>(() => EventPayload.Parse(json).As<AgentMessageDelta>());
}
