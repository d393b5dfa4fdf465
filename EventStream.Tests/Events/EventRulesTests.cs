using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

public sealed class EventRulesTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("test-session-123")]
    [InlineData("A._:@-z")]
    [InlineData("0198b1f2-7c1e-7000-8000-000000000000")]
    public void IsId_Accepts_WhatTheGrammarAllows(string id) => EventRules.IsId(id).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData(".")]
    [InlineData("_a")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    [InlineData("a*")]
    [InlineData("a{b}")]
    [InlineData("ä")]
    [InlineData("a\u0430")]
    public void IsId_Refuses_WhatTheGrammarDoesNotAllow(string id) => EventRules.IsId(id).ShouldBeFalse();

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void IsId_IsBounded_At128Characters(int length, bool expected)
    {
        EventRules.IsId(new string('a', length)).ShouldBe(expected);
        EventRules.IsEventId(new string('~', length)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("tool_call_started", true)]
    [InlineData("agent.status", true)]
    [InlineData("a1", true)]
    [InlineData("opened", true)]
    [InlineData("", false)]
    [InlineData("A", false)]
    [InlineData("1a", false)]
    [InlineData("_a", false)]
    [InlineData("a-b", false)]
    [InlineData("a:b", false)]
    [InlineData("a\n", false)]
    [InlineData("open", false)]
    [InlineData("error", false)]
    [InlineData("message", false)]
    public void IsType_FollowsTheGrammar_AndLeavesEventSourceItsOwnNames(string type, bool expected) => EventRules.IsType(type).ShouldBe(expected);

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void IsType_IsBounded_At64Characters(int length, bool expected) => EventRules.IsType(new string('a', length)).ShouldBe(expected);

    [Theory]
    [InlineData("!", true)]
    [InlineData("~\"\\{}", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a\t", false)]
    [InlineData("\u007f", false)]
    [InlineData("é", false)]
    public void IsEventId_AcceptsPrintableAscii_WithoutSpaces(string id, bool expected) => EventRules.IsEventId(id).ShouldBe(expected);
}
