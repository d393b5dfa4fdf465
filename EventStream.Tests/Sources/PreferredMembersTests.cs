using System.Text.Json;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

/// <summary>Where a source says something twice, or in several places, the same one counts each time.</summary>
public sealed class PreferredMembersTests
{
    private readonly SourceRun _run = new();

    [Fact]
    public async Task Adk_BeginsAnotherMessage_WhenAnEndedOneIsBegunAgain()
    {
        string[] types = ["agent_message_start", "agent_message_delta", "agent_message_delta", "agent_message_end"];
        foreach (var type in types.Concat(types))
            await _run.IngestAsync("adk", $$$"""{"session_id":"s","type":"{{{type}}}","payload":{"message_id":"m1","delta":"x"}}""");

        var ids = _run.Stored.Select(told => TextOf(told, "message_id")).ToList();
        ids[..4].ShouldAllBe(id => id == "m1");
        ids[4].ShouldNotBe("m1");
        ids[4..].Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Argos_TakesTheStep_WhenItsStateStandsBesideIt()
    {
        await _run.IngestAsync("argos", """{"type":"agent.step.updated","state":{"id":"other","run_id":"run_2"},"step":{"id":"step_1","run_id":"run_1","step_number":1,"status":"running"}}""");
        var told = _run.Stored.ShouldHaveSingleItem();
        (told.SessionId, TextOf(told, "step_id")).ShouldBe(("run_1", "step_1"));
    }

    [Fact]
    public async Task Cognesy_TakesTheSnakeCasedId_WhenBothAreThere()
    {
        await _run.IngestAsync("cognesy", """{"type":"agent.status","sessionId":"s2","session_id":"s1","payload":{"status":"processing"}}""");
        _run.Stored.ShouldHaveSingleItem().SessionId.ShouldBe("s1");
    }

    [Theory]
    [InlineData("""{"event":"logs.created","data":[],"more":1}""", 1)]
    [InlineData("""{"event":"logs.created","data":[]}""", 0)]
    [InlineData("""{"event":"logs.created","data":[{"id":"a","message":"x"},{"id":"b","message":"y"}],"more":1}""", 2)]
    public async Task Eddie_TellsEachEntryOfALog_AndWhatStandsBesideThem(string frame, int count)
    {
        await _run.IngestAsync("eddie", frame);
        _run.Stored.Count.ShouldBe(count);
    }

    private static string? TextOf(Event told, string member)
    {
        using var payload = JsonDocument.Parse(told.Payload.Utf8);
        return payload.RootElement.GetProperty(member).GetString();
    }
}
