using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources.YaAgent;

public sealed class YaAgentThoughtTests
{
    [Fact]
    public void Normalise_EndsTheThoughtOfItsRun_WhenTheMessageEnds()
    {
        var told = Telling.Told("ya-agent", [(Thinking("one"), "r1"), (Thinking("two"), "r2"), ("""{"event_type":"message_end","payload":{"message_id":"m","content":"x"}}""", "r2")]);

        var thought = told.Single(next => next.Type == "agent_thought");
        (thought.Said("content"), thought.Said("message_id"), thought.Said("source_message_id"), thought.RunId).ShouldBe(("two", told[1].Said("message_id"), "m", "r2"));
        told.Select(next => next.Type).ShouldBe(["agent_thought_delta", "agent_thought_delta", "agent_thought", "agent_message_end"]);
    }

    [Fact]
    public void Normalise_EndsTheThoughtOfTheLastMessage_WhenTheEndNamesNone()
    {
        var told = Telling.Told("ya-agent", """{"event_type":"message_start","payload":{"message_id":"m"}}""", Thinking("one"), """{"event_type":"message_end","payload":{}}""");

        told.Skip(2).Select(next => (next.Type, next.Said("message_id"), next.Said("content"))).ShouldBe([("agent_thought", "m", "one"), ("agent_message_end", "m", null)]);
    }

    private static string Thinking(string text) => $$$"""{"event_type":"content_delta","payload":{"message_id":"m","delta":"{{{text}}}","kind":"thinking"}}""";
}
