using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStream.Api.Publishing.Validation;
using EventStream.Api.Schema;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Publishing;

/// <summary>Events that don't fit the catalogue are refused where the publisher asks for it, and else told in development.</summary>
public sealed class ValidationTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly string _session = $"s-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("""{"type":"tool_call_strated","payload":{}}""", "/type 'tool_call_strated' is no type of the catalogue; did you mean tool_call_started?")]
    [InlineData("""{"type":"tool.call.started"}""", "/type 'tool.call.started' is no type of the catalogue; did you mean tool_call_started?")]
    [InlineData("""{"type":"run_complete"}""", "/type 'run_complete' is no type of the catalogue; did you mean run_completed?")]
    [InlineData("""{"type":"agent_message_delta","payload":{"message_id":"m"}}""", "/payload/delta is missing; agent_message_delta needs it.")]
    [InlineData("""{"type":"agent_message_delta"}""", "/payload/message_id is missing; agent_message_delta needs it.")]
    [InlineData("""{"type":"agent_message_delta","payload":{"messageid":"m","delta":"x"}}""", "/payload/messageid is no member of agent_message_delta; did you mean message_id?")]
    [InlineData("""{"type":"agent_message_delta","payload":{"message_id":7,"delta":"x"}}""", "/payload/message_id must be a string, not a number.")]
    [InlineData("""{"type":"agent_message_delta","payload":{"message_id":"m","delta":null}}""", "/payload/delta must be a string, not null.")]
    [InlineData("""{"type":"tool_call_started","payload":{"tool_call_id":"t","tool_name":"x","args":[]}}""", "/payload/args must be an object, not an array.")]
    [InlineData("""{"type":"tool_call_result","payload":{"tool_call_id":"t","tool_name":"x","duration_ms":"3"}}""", "/payload/duration_ms must be a number, not a string.")]
    [InlineData("""{"type":"tool_call_result","payload":{"tool_call_id":"t","tool_name":"x","success":"yes"}}""", "/payload/success must be a boolean, not a string.")]
    [InlineData("""{"type":"retrieval_result","payload":{"documents":[{"id":"a","score":1,"content":"c"},{"id":"b","scor":1,"content":"c"}]}}""", "/payload/documents/1/scor is no member of retrieval_result; did you mean score?")]
    public async Task Post_SaysWhatIsWrong_AndStoresNothing(string json, string fault)
    {
        var answer = await shared.Server.PostAsync($"/events/{_session}?validate=true", json);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Text);
        answer.Title.ShouldStartWith(fault);
        answer.Title.ShouldEndWith("; nothing was stored.");
        (await HeldAsync()).ShouldBe(0);
        (await shared.Server.PostAsync($"/events/{_session}", json)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("[{0}]", "application/json")]
    [InlineData("{0}", "application/x-ndjson")]
    public async Task Post_TellsTheFaultsOfEachEvent(string form, string mediaType)
    {
        string[] events =
        [
            """{"type":"note"}""",
            """{"type":"run_strated","payload":{"run_id":"r"}}""",
            """{"type":"tool_call_result","payload":{"tool_call_id":1,"success":"yes"}}""",
        ];
        var body = form.Replace("{0}", string.Join(form == "{0}" ? "\n" : ",", events), StringComparison.Ordinal);

        var answer = await shared.Server.PostAsync($"/events/{_session}?validate=true", body, mediaType);

        answer.Title.ShouldBe("/1/type 'run_strated' is no type of the catalogue; did you mean run_started? 4 faults are there; nothing was stored.");
        answer.Json.GetProperty("faults").EnumerateArray().Select(fault => $"{fault.GetProperty("pointer")} {fault.GetProperty("message")}").ShouldBe(
        [
            "/1/type 'run_strated' is no type of the catalogue; did you mean run_started?",
            "/2/payload/tool_call_id must be a string, not a number.",
            "/2/payload/success must be a boolean, not a string.",
            "/2/payload/tool_name is missing; tool_call_result needs it.",
        ]);
        (await HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Post_ListsAHundredFaultsAtMost()
    {
        var answer = await shared.Server.PostAsync($"/events/{_session}?validate=true", $"[{string.Join(',', Enumerable.Repeat("""{"type":"run_strated"}""", 300))}]");

        answer.Json.GetProperty("faults").GetArrayLength().ShouldBe(100);
        answer.Title.ShouldEndWith("This and at least 100 more faults are there; nothing was stored.");
    }

    [Theory]
    [InlineData("""{"type":"note","payload":{"tool_nam":1}}""")]
    [InlineData("""{"type":"deployment_note"}""")]
    [InlineData("""{"type":"runs"}""")]
    [InlineData("""{"type":"tool_call_result","payload":{"tool_call_id":"t","tool_name":"x","result":[1],"error":null,"extra":{"more":true}}}""")]
    [InlineData("""{"type":"run_started","payload":{"run_id":"r"},"run_id":"r","project_id":"p"}""")]
    public async Task Post_TakesWhatFits_AndTypesOfOnesOwn(string json) =>
        (await shared.Server.PostAsync($"/events/{_session}?validate=true", json)).Status.ShouldBe(HttpStatusCode.OK);

    [Theory]
    [InlineData("validate")]
    [InlineData("validate=yes")]
    public async Task Post_NamesTheRule_WhenTheParameterIsWrong(string query) =>
        (await shared.Server.PostAsync($"/events/{_session}?{query}", """{"type":"t"}""")).Title.ShouldBe("validate must be true or false.");

    [Fact]
    public void Faults_AreNone_OfTheSnapshotOfEveryType()
    {
        foreach (var type in EventCatalogue.All)
        {
            var snapshot = JsonElement.Parse(File.ReadAllBytes(Repository.PathOf("EventStream.Tests", "Events", "Snapshots", $"{type.Name}.json")));
            PayloadFaults.Of(type, EventPayload.Parse(snapshot.GetProperty("payload").GetRawText())).ShouldBeEmpty(type.Name);
        }
    }

    // What else a schema may say would go unchecked.
    [Fact]
    public void Schemas_SayOnlyWhatIsChecked() => EventCatalogue.All.SelectMany(type => Keywords(PayloadSchema.Of(type))).Distinct().ShouldBe(["type", "properties", "required", "items", "additionalProperties"], ignoreOrder: true);

    [Fact]
    public void Tell_WarnsOfEachFaultOnce_InDevelopmentAlone()
    {
        var log = new RecordingLogger<FaultWarnings>();
        var events = EventReader.ReadMany("""[{"type":"run_strated"},{"type":"run_strated"},{"type":"note"}]"""u8, new EventDefaults("s", TimeProvider.System));

        new FaultWarnings(new Environment(Environments.Production), log).Tell(events);
        log.Lines.ShouldBeEmpty();
        var warnings = new FaultWarnings(new Environment(Environments.Development), log);
        warnings.Tell(events);
        warnings.Tell(events);
        log.Entries.ShouldHaveSingleItem().Text.ShouldBe("An event run_strated of session s doesn't fit the catalogue, and was taken all the same: /type 'run_strated' is no type of the catalogue; did you mean run_started? Publish with ?validate=true to have such events refused.");
    }

    private static IEnumerable<string> Keywords(JsonNode? schema) => schema is not JsonObject rules ? [] : rules.SelectMany(rule => (string[])[rule.Key, .. rule.Key switch
    {
        "properties" => rule.Value!.AsObject().SelectMany(member => Keywords(member.Value)),
        "items" => Keywords(rule.Value),
        _ => [],
    }]);

    private async Task<int> HeldAsync() => (await shared.Server.GetAsync($"/events/{_session}/history")).Json.GetProperty("events").GetArrayLength();

    private sealed class Environment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } = null!;
    }
}
