using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources.Cognesy;

public sealed class CognesyStepTests
{
    [Theory]
    [InlineData("\"3\"", "3")]
    [InlineData("\"0\"", "0")]
    [InlineData("3", "3")]
    public void Normalise_ReadsTheNumberOfAStep_WhenItIsATextOfDigits(string number, string step)
    {
        var told = Telling.Told("cognesy", Step(number)).ShouldHaveSingleItem();

        (told.Type, told.Said("step_number")).ShouldBe(("agent_step_completed", step));
        told.Payload.ToString().ShouldContain($"\"step_number\":{step}");
        told.Said("metadata").ShouldBeNull();
    }

    [Theory]
    [InlineData("\"three\"")]
    [InlineData("\"-1\"")]
    [InlineData("\"03\"")]
    [InlineData("\"3.0\"")]
    [InlineData("\"\"")]
    [InlineData("\"1234567890123456\"")]
    public void Normalise_KeepsTheEvent_WhenTheNumberOfAStepIsNone(string number) => Telling.Told("cognesy", Step(number)).ShouldHaveSingleItem().Type.ShouldBe("custom_event");

    private static string Step(string number) => $$$"""{"event_type":"step.completed","session_id":"s1","execution_id":"x1","metadata":{"step_number":{{{number}}}}}""";
}
