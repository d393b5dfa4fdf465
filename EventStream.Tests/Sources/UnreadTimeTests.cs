using EventStream.Bus;
using EventStream.Events;
using EventStream.Sources;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

/// <summary>A native time that could mean several moments is kept as it is, and the event has the time of its arrival.</summary>
public sealed class UnreadTimeTests
{
    [Theory]
    [InlineData("adk", """{"type":"session_started","timestamp":"#","payload":{}}""")]
    [InlineData("eddie", """{"event":"agent.activity","data":{"state":"idle","timestamp":"#"}}""")]
    [InlineData("eddie", """{"phase":"agent_start","timestamp":"#"}""")]
    [InlineData("argos", """{"type":"agent.run.started","timestamp":"#","run":{"id":"r1"}}""")]
    [InlineData("cognesy", """{"type":"agent.status","timestamp":"#","payload":{"status":"processing"}}""")]
    [InlineData("cognesy", """{"class":"AgentStepStarted","step":1,"at":"#"}""")]
    [InlineData("ya-agent", """{"event_type":"run_started","run_id":"r1","timestamp":"#","payload":{}}""")]
    [InlineData("openai", """{"type":"response.created","response":{"id":"resp_1","created_at":"#"}}""")]
    [InlineData("openai", """{"id":"c1","object":"chat.completion.chunk","created":"#","choices":[{"index":0,"delta":{"content":"a"}}]}""")]
    [InlineData("anthropic", """{"type":"message_start","message":{"id":"msg_1","role":"assistant","created":"#"}}""")]
    [InlineData("auto", """{"type":"nothing_known","timestamp":"#","a":1}""")]
    public void Normalise_KeepsTheText_WhenItIsNoMoment(string source, string frame)
    {
        foreach (var time in (string[])["05/06/2025 07:39:07", "10:30:00.123"])
        {
            var native = NativeReader.Read(NativeReader.Parse(System.Text.Encoding.UTF8.GetBytes(frame.Replace("#", time, StringComparison.Ordinal))), SourceCatalogue.Get(source), new IngestContext { SessionId = "s1" });
            var told = SourceBatch.From(native, 0, EventStream.Sessions.SessionState.Empty, new NormalisedEvents(new EventFactory(FixedTime.Instance), FixedTime.Instance), out _).Events;

            told.ShouldAllBe(next => next.Timestamp == FixedTime.Now);
            told.ShouldContain(next => next.Payload.ToString().Contains(time, StringComparison.Ordinal));
        }
    }
}
