using EventStream.Sessions;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sessions;

public sealed class SessionStateMessageTests
{
    private static SessionState Started { get; } = SessionState.Empty.Then("agent_message_start", """{"message_id":"m1","agent":"a"}""", run: "r1", execution: "x1");

    [Fact]
    public void Apply_OpensAMessage_WhenItStarts()
    {
        var message = Started.OpenMessages.ShouldHaveSingleItem();

        (message.Id, message.IsThought, message.Agent, message.RunId, message.ExecutionId, message.Text.Length).ShouldBe(("m1", false, "a", "r1", "x1", 0));
        Started.Message("m1").ShouldBe(message);
    }

    [Fact]
    public void Apply_AddsUpWhatIsSaid_UntilTheEnd()
    {
        var state = Started.Then("agent_message_delta", """{"message_id":"m1","delta":"Gr\u00fc"}""", run: "r1").Then("agent_message_delta", """{"message_id":"m1","delta":"ße\n"}""", run: "r1");

        state.Message("m1")!.Text.ToString().ShouldBe("Grüße\n");
        state.Message("m1")!.Text.Length.ShouldBe(8);
        state.Then("agent_message_end", """{"message_id":"m1","content":"Grüße"}""").OpenMessages.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("agent_message_delta", false)]
    [InlineData("agent_thought_delta", true)]
    public void Apply_OpensAMessage_WhenADeltaComesFirst(string type, bool isThought)
    {
        var message = SessionState.Empty.Then(type, """{"message_id":"m1","delta":"a"}""", agent: "main").OpenMessages.ShouldHaveSingleItem();

        (message.IsThought, message.Agent, message.Text.ToString()).ShouldBe((isThought, "main", "a"));
    }

    [Fact]
    public void Apply_KeepsAThoughtFromItsMessage_WhenBothHaveOneId()
    {
        var state = SessionState.Empty.Then("agent_thought_delta", """{"message_id":"m1","delta":"hm"}""").Then("agent_message_delta", """{"message_id":"m1","delta":"yes"}""");

        (state.Thought("m1")!.Text.ToString(), state.Message("m1")!.Text.ToString()).ShouldBe(("hm", "yes"));
        state.Then("agent_thought", """{"message_id":"m1","content":"hm"}""").OpenMessages.ShouldHaveSingleItem().IsThought.ShouldBeFalse();
        state.Then("agent_message_end", """{"message_id":"m1","content":"yes"}""").OpenMessages.ShouldHaveSingleItem().IsThought.ShouldBeTrue();
    }

    [Fact]
    public void Apply_TakesTheNewText_WhenAMessageIsReplaced()
    {
        var state = Started.Then("agent_message_delta", """{"message_id":"m1","delta":"Hello "}""").Then("message_updated", """{"message_id":"m1","content":"Hello","replace":true}""");

        state.Message("m1")!.Text.ToString().ShouldBe("Hello");
        state.Then("agent_message_delta", """{"message_id":"m1","delta":"!"}""").Message("m1")!.Text.ToString().ShouldBe("Hello!");
    }

    [Theory]
    [InlineData("""{"message_id":"m1","content":"other"}""")]
    [InlineData("""{"message_id":"m1","content":"other","replace":"true"}""")]
    [InlineData("""{"message_id":"m1","replace":true}""")]
    public void Apply_LeavesTheText_WhenAnUpdateDoesNotReplaceIt(string update) => Started.Then("message_updated", update).Message("m1")!.Text.Length.ShouldBe(0);

    [Theory]
    [InlineData("agent_message_delta", """{"message_id":"m1","delta":7}""")]
    [InlineData("agent_message_start", """{"agent":"a"}""")]
    [InlineData("agent_message_end", """{"message_id":["m1"]}""")]
    [InlineData("agent_thought", """{"content":"hm"}""")]
    public void Apply_ChangesNothing_WhenTheMembersAreOfOtherTypes(string type, string payload)
    {
        var state = Started.Then(type, payload);

        (state with { Head = Started.Head }).Describe().ShouldBe(Started.Describe());
    }

    [Fact]
    public void Apply_DropsTheOldestMessage_WhenTooManyAreOpen()
    {
        var state = SessionState.Empty.ThenEach(SessionState.MaxOpenMessages + 2, "agent_message_start", """{"message_id":"m#"}""");

        state.OpenMessages.Count().ShouldBe(64);
        state.OpenMessages.First().Id.ShouldBe("m2");
        state.OpenMessages.Last().Id.ShouldBe("m65");
    }

    [Fact]
    public void Apply_CutsAText_WhenItOutgrowsOneEvent()
    {
        var piece = new string('x', 50 * 1024);
        var state = Enumerable.Range(0, 4).Aggregate(Started, (told, _) => told.Then("agent_message_delta", $$"""{"message_id":"m1","delta":"{{piece}}"}"""));
        (state.Message("m1")!.Text.Length, state.Message("m1")!.IsCut).ShouldBe((200 * 1024, false));

        state = state.Then("agent_message_delta", """{"message_id":"m1","delta":"y"}""").Then("agent_message_delta", """{"message_id":"m1","delta":"z"}""");

        (state.Message("m1")!.Text.Length, state.Message("m1")!.IsCut).ShouldBe((200 * 1024, true));
        state.Then("message_updated", """{"message_id":"m1","content":"short","replace":true}""").Message("m1")!.IsCut.ShouldBeFalse();
    }

    [Fact]
    public void Apply_BeginsAnew_WhenAMessageIsStartedAgain() =>
        Started.Then("agent_message_delta", """{"message_id":"m1","delta":"a"}""").Then("agent_message_start", """{"message_id":"m1"}""").OpenMessages.ShouldHaveSingleItem().Text.Length.ShouldBe(0);

    [Fact]
    public void Apply_PutsAPairTogether_WhenItsHalvesComeApart()
    {
        var state = Started.Then("agent_message_delta", """{"message_id":"m1","delta":"done \ud83d"}""").Then("agent_message_delta", """{"message_id":"m1","delta":"\ude00 well"}""");

        state.Message("m1")!.Text.ToString().ShouldBe("done 😀 well");
    }

    [Fact]
    public void Apply_KeepsTheText_WhenTheStartComesAfterTheFirstPiece()
    {
        var state = SessionState.Empty.Then("agent_message_delta", """{"message_id":"m1","delta":"a"}""").Then("agent_message_start", """{"message_id":"m1","agent":"late"}""");

        var message = state.OpenMessages.ShouldHaveSingleItem();
        (message.Text.ToString(), message.Agent).ShouldBe(("a", "late"));
    }

    [Fact]
    public void Apply_OpensNothing_WhenTheEndCameFirst()
    {
        var state = SessionState.Empty.Then("agent_message_end", """{"message_id":"m1","content":"all"}""")
            .Then("agent_message_start", """{"message_id":"m1"}""").Then("agent_message_delta", """{"message_id":"m1","delta":"all"}""");

        state.OpenMessages.ShouldBeEmpty();
        state.Then("agent_message_start", """{"message_id":"m1"}""").OpenMessages.ShouldHaveSingleItem();
    }

    [Fact]
    public void Apply_OpensNothing_WhenAPieceComesAfterTheEnd()
    {
        var state = Started.Then("agent_message_end", """{"message_id":"m1","content":"a"}""").Then("agent_message_delta", """{"message_id":"m1","delta":"b"}""");

        state.OpenMessages.ShouldBeEmpty();
        state.Then("agent_message_start", """{"message_id":"m1"}""").Then("agent_message_delta", """{"message_id":"m1","delta":"c"}""").Message("m1")!.Text.ToString().ShouldBe("c");
    }

    [Fact]
    public void Apply_OpensAMessageAgain_WhenItsPublisherTellsNoStarts() =>
        SessionState.Empty.Then("agent_message_delta", """{"message_id":"m1","delta":"a"}""").Then("agent_message_end", """{"message_id":"m1","content":"a"}""")
            .Then("agent_message_delta", """{"message_id":"m1","delta":"b"}""").Message("m1")!.Text.ToString().ShouldBe("b");

    [Fact]
    public void IsElsewhere_IsTrue_WhenAnotherRunUsesTheId()
    {
        var ended = Started.Then("agent_message_end", """{"message_id":"m1","content":"a"}""", run: "r1");
        var created = SessionState.Empty.Then("message_created", """{"message_id":"m1","content":"a"}""", run: "r1");

        foreach (var state in new[] { Started, ended, created })
            (state.IsElsewhere("m1", isThought: false, "r2"), state.IsElsewhere("m1", isThought: false, "r1"), state.IsElsewhere("m1", isThought: false, null)).ShouldBe((true, false, false));
    }

    [Fact]
    public void Apply_IgnoresAMessage_WhenItsIdIsTooLong() =>
        SessionState.Empty.Then("agent_message_start", $$"""{"message_id":"{{new string('x', SessionState.MaxIdLength + 1)}}"}""").OpenMessages.ShouldBeEmpty();
}
