using System.Reflection;
using System.Text.Json;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

public sealed class EventCatalogueTests
{
    public static TheoryData<string> Names => [.. EventCatalogue.All.Select(type => type.Name)];

    [Fact]
    public void All_HasUniqueNamesAndRecords_ThatFollowTheRule()
    {
        EventCatalogue.All.Select(type => type.Name).ShouldBeUnique();
        EventCatalogue.All.Select(type => type.Record).ShouldBeUnique();
        EventCatalogue.All.ShouldAllBe(type => EventRules.IsType(type.Name) && !type.Name.Contains('.'));
        EventCatalogue.All.ShouldAllBe(type => type.JsonType.Type == type.Record);
    }

    [Fact]
    public void All_NamesEachTypeAfterItsRecord_InSnakeCase() =>
        EventCatalogue.All.ShouldAllBe(type => type.Name == JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Record.Name));

    [Fact]
    public void All_HoldsEveryRecord_OfThePayloads() =>
        EventCatalogue.All.Select(type => type.Record).ShouldBe(
            typeof(CanonicalPayload).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CanonicalPayload)) && !type.IsAbstract), ignoreOrder: true);

    [Fact]
    public void All_HasEachRecord_InTheFolderOfItsFamily() =>
        EventCatalogue.All.Select(type => $"EventStream.Core/Events/Payloads/{type.Family}/{type.Record.Name}.cs").Except(Repository.Files("EventStream.Core/Events/Payloads", "*.cs")).ShouldBeEmpty();

    [Fact]
    public void All_HasASample_OfEveryType() => SamplePayloads.All.Select(payload => payload.GetType()).ShouldBe(EventCatalogue.All.Select(type => type.Record));

    [Fact]
    public void All_StandsTogether_ByFamily()
    {
        var families = EventCatalogue.All.Select(type => type.Family).ToList();
        families.Where((family, index) => index == 0 || families[index - 1] != family).ShouldBe(Enum.GetValues<EventFamily>());
        EventCatalogue.All.Where(type => type.Family == EventFamily.Control).ShouldBe(EventCatalogue.All.Where(type => type.Role == EventRole.Control));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Sample_SetsEveryMember_OfTheRecord(string name)
    {
        var sample = SamplePayloads.Of(EventCatalogue.Find(name)!);
        foreach (var member in sample.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(member => member.Name != nameof(CanonicalPayload.Others)))
            member.GetValue(sample).ShouldNotBeNull(member.Name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Record_ReadsBackTheSameJson_WithUnknownMembersKept(string name)
    {
        var type = EventCatalogue.Find(name)!;
        var json = EventPayload.From(SamplePayloads.Of(type)).ToString();
        var more = $$"""{{json[..^1]}},"zz_unknown":{"a":[1.0,"\u00e9",null]},"zz_other":1e400}""";
        var record = (CanonicalPayload)JsonSerializer.Deserialize(more, type.JsonType)!;
        record.Others.ShouldNotBeNull().Keys.ShouldBe(["zz_unknown", "zz_other"]);
        var back = EventPayload.From(record).ToString();
        back.ShouldStartWith(json[..^1]);
        JsonElement.DeepEquals(JsonElement.Parse(back).GetProperty("zz_unknown"), JsonElement.Parse(more).GetProperty("zz_unknown")).ShouldBeTrue();
        back.ShouldEndWith("\"zz_other\":1e400}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Record_NeedsItsRequiredMembers_AndNoOthers(string name)
    {
        var type = EventCatalogue.Find(name)!;
        var members = JsonElement.Parse(EventPayload.From(SamplePayloads.Of(type)).ToString()).EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        foreach (var absent in members.Keys)
        {
            var json = JsonSerializer.Serialize(members.Where(member => member.Key != absent).ToDictionary());
            var isRequired = type.JsonType.Properties.Single(property => property.Name == absent).IsRequired;
            if (isRequired) Should.Throw<JsonException>(() => JsonSerializer.Deserialize(json, type.JsonType)).Message.ShouldContain(absent);
            else EventPayload.From((CanonicalPayload)JsonSerializer.Deserialize(json, type.JsonType)!).ToString().ShouldNotContain($"\"{absent}\"");
        }
    }

    [Theory]
    [InlineData("run_completed", EventRole.EndsRun)]
    [InlineData("run_failed", EventRole.EndsRun)]
    [InlineData("run_cancelled", EventRole.EndsRun)]
    [InlineData("run_interrupted", EventRole.None)]
    [InlineData("run_error", EventRole.None)]
    [InlineData("workflow_run_completed", EventRole.None)]
    [InlineData("workflow_completed", EventRole.None)]
    [InlineData("run_awaiting_input", EventRole.None)]
    [InlineData("session_created", EventRole.StartsSession)]
    [InlineData("session_updated", EventRole.None)]
    [InlineData("session_started", EventRole.StartsSession)]
    [InlineData("session_ended", EventRole.EndsSession)]
    [InlineData("session_deleted", EventRole.DeletesSession)]
    [InlineData("session_stream_started", EventRole.Control)]
    [InlineData("stream_gap", EventRole.Control)]
    [InlineData("stream_closing", EventRole.Control)]
    [InlineData("heartbeat", EventRole.Control)]
    [InlineData("somebody.elses", EventRole.None)]
    public void RoleOf_SaysWhatTheEventDoes_ToItsRunOrSession(string name, EventRole role) => EventCatalogue.RoleOf(name).ShouldBe(role);

    [Fact]
    public void RoleOf_EndsARun_ForNoOtherType() => EventCatalogue.All.Count(type => type.Role == EventRole.EndsRun).ShouldBe(3);

    [Fact]
    public void Find_ReturnsNull_WhenTheNameIsUnknown() => EventCatalogue.Find("Run_Completed").ShouldBeNull();
}
