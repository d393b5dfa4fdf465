using System.Text;
using EventStream.Events;
using EventStream.Sessions;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sessions;

public sealed class SessionStateTextTests
{
    private static readonly EventFactory Factory = new(FixedTime.Instance);

    [Fact]
    public void Apply_KeepsThoughtAndMessageApart_WhenTheyShareAnId()
    {
        var state = After(("agent_thought_delta", """{"message_id":"m","delta":"Hm"}"""), ("agent_message_delta", """{"message_id":"m","delta":"Hi"}"""));
        (Text(state.Thought("m")), Text(state.Message("m"))).ShouldBe(("Hm", "Hi"));

        state = Then(state, ("agent_thought", """{"message_id":"m","content":"Hm"}"""));
        (state.Thought("m"), Text(state.Message("m"))).ShouldBe((null, "Hi"));
    }

    [Fact]
    public void Apply_ReplacesTheThought_WhenItsDeltaSaysSo()
    {
        var state = After(("agent_thought_delta", """{"message_id":"m","delta":"Hm"}"""), ("agent_thought_delta", """{"message_id":"m","delta":"No","replace":true}"""));
        Text(state.Thought("m")).ShouldBe("No");
    }

    [Fact]
    public void HasEndedWith_KnowsTheLastText_OfMessagesAndThoughts()
    {
        var state = After(("agent_message_delta", """{"message_id":"m","delta":"Hi"}"""));
        state.HasEnded("m", isThought: false).ShouldBeFalse();

        state = Then(state, ("agent_message_end", """{"message_id":"m","content":"Hi"}"""), ("agent_thought", """{"message_id":"m","content":"Hm"}"""));
        state.HasEnded("m", isThought: false).ShouldBeTrue();
        state.HasEndedWith("m", isThought: false, "Hi"u8).ShouldBeTrue();
        state.HasEndedWith("m", isThought: false, "Hm"u8).ShouldBeFalse();
        state.HasEndedWith("m", isThought: true, "Hm"u8).ShouldBeTrue();

        state = Then(state, ("message_updated", """{"message_id":"m","content":"Hi!","replace":true}"""));
        state.HasEndedWith("m", isThought: false, "Hi!"u8).ShouldBeTrue();
        state.HasEndedWith("m", isThought: false, "Hi"u8).ShouldBeFalse();
    }

    [Fact]
    public void HasEnded_IsFalse_WhenAMessageWasOnlyCreated() =>
        After(("message_created", """{"message_id":"m","content":"Hi"}"""), ("message_updated", """{"message_id":"m","content":"Hi"}""")).HasEnded("m", isThought: false).ShouldBeFalse();

    private static SessionState After(params ReadOnlySpan<(string Type, string Payload)> events) => Then(SessionState.Empty, events);

    private static SessionState Then(SessionState state, params ReadOnlySpan<(string Type, string Payload)> events)
    {
        foreach (var (type, payload) in events) state = state.Apply(Factory.Create("s1", type, EventPayload.Parse(payload)), state.Head.Next);
        return state;
    }

    private static string? Text(OpenMessage? message) => message is null ? null : Encoding.UTF8.GetString(message.Text.Wtf8Bytes);
}
