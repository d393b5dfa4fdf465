using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStream.Api.Schema;
using EventStream.Events;
using EventStream.Tests.Events;
using EventStream.Tests.Support;
using Json.Schema;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Schema;

/// <summary>The schema of the catalogue equals its committed copy and agrees with the snapshots.</summary>
public sealed class EventSchemaTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly byte[] Written = EventSchema.ToUtf8();
    private static readonly JsonElement Root = JsonElement.Parse(Written);
    private static readonly JsonSchema Schema = JsonSchema.Build(Root);

    private readonly TestServer _server = shared.Server;

    public static TheoryData<string> Names => [.. EventCatalogue.All.Select(type => type.Name)];

    [Fact]
    public async Task Get_AnswersTheCommittedCopy_WhenItIsAsked()
    {
        var answer = await _server.GetAsync("/schema/events");

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.ContentType.ShouldBe("application/schema+json");
        CommittedFile.ShouldHold(Repository.PathOf("docs", "events.schema.json"), answer.Text);
    }

    [Fact]
    public async Task Get_Answers304_WhenTheClientHasTheSchemaAlready()
    {
        using var first = await _server.Client.GetAsync("/schema/events", TestContext.Current.CancellationToken);
        first.Headers.CacheControl!.ToString().ShouldBe("public, max-age=300");
        (await AskAsync(first.Headers.ETag.ShouldNotBeNull())).ShouldBe((HttpStatusCode.NotModified, 0));
        (await AskAsync(new EntityTagHeaderValue("\"other\""))).ShouldBe((HttpStatusCode.OK, Written.Length));

        async Task<(HttpStatusCode, int)> AskAsync(EntityTagHeaderValue tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/schema/events");
            request.Headers.IfNoneMatch.Add(tag);
            using var response = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            response.Headers.ETag.ShouldBe(first.Headers.ETag);
            return (response.StatusCode, (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
        }
    }

    [Theory]
    [InlineData("TAG", true)]
    [InlineData("W/TAG", true)]
    [InlineData("\"other\", W/TAG", true)]
    [InlineData("\"other\",TAG , \"third\"", true)]
    [InlineData("*", true)]
    [InlineData("\"other\", W/\"third\"", false)]
    public async Task Get_Answers304_HoweverTheTagComesBack(string header, bool isKnown)
    {
        using var first = await _server.Client.GetAsync("/schema/events", TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/schema/events");
        // A proxy that compresses makes the tag weak.
        request.Headers.TryAddWithoutValidation("If-None-Match", header.Replace("TAG", first.Headers.ETag!.Tag, StringComparison.Ordinal));
        using var response = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(isKnown ? HttpStatusCode.NotModified : HttpStatusCode.OK);
    }

    [Fact]
    public async Task Head_AnswersTheHeadersOnly_WhenItIsAsked()
    {
        var answer = await _server.AskAsync(new HttpRequestMessage(HttpMethod.Head, "/schema/events"));
        (answer.Status, answer.ContentType, answer.Text).ShouldBe((HttpStatusCode.OK, "application/schema+json", ""));
    }

    [Fact]
    public void Schema_IsOne_AsItsDialectSays() => MetaSchemas.Draft202012.Evaluate(Root).IsValid.ShouldBeTrue();

    // JSON Schema 2020-12 ignores a misspelt keyword, so it would check nothing; the version after it refuses unknown keywords.
    [Fact]
    public void Schema_HasOnlyKeywords_ThatMeanSomething()
    {
        var schema = JsonNode.Parse(Written)!.AsObject();
        schema.Remove("$schema");
        foreach (var (_, definition) in schema["$defs"]!.AsObject())
            foreach (var own in (string[])["x-family", "x-role"]) definition!.AsObject().Remove(own);
        Should.NotThrow(Build);
        schema["$defs"]!["run_started"]!["tpye"] = "object";
        Should.Throw<JsonSchemaException>(Build).Message.ShouldContain("tpye");

        JsonSchema Build() => JsonSchema.Build(JsonSerializer.SerializeToElement(schema), new BuildOptions { Dialect = Dialect.V1, SchemaRegistry = new() });
    }

    [Fact]
    public void Definitions_AreTheCatalogue_AndTheEnvelope() =>
        Root.GetProperty("$defs").EnumerateObject().Select(definition => definition.Name).ShouldBe(["envelope", .. EventCatalogue.All.Select(type => type.Name)]);

    [Theory]
    [InlineData("run_failed", "run", "ends_run")]
    [InlineData("ingest_job_created", "ingest_job", null)]
    [InlineData("session_deleted", "session", "deletes_session")]
    [InlineData("stream_gap", "control", "control")]
    public void Definition_NamesFamilyAndRole_OfTheType(string name, string family, string? role)
    {
        var definition = Root.GetProperty("$defs").GetProperty(name);
        definition.GetProperty("x-family").GetString().ShouldBe(family);
        (definition.TryGetProperty("x-role", out var found) ? found.GetString() : null).ShouldBe(role);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Schema_AcceptsTheSnapshot_OfEveryType(string name) => Accepts(Snapshot(name)).ShouldBeTrue();

    [Theory]
    [MemberData(nameof(Names))]
    public void Schema_KnowsEveryMember_OfTheSnapshot(string name)
    {
        var definition = Root.GetProperty("$defs").GetProperty(name);
        definition.GetProperty("properties").EnumerateObject().Select(member => member.Name)
            .ShouldBe(Snapshot(name).GetProperty("payload").EnumerateObject().Select(member => member.Name), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Schema_RefusesThePayload_WhenAMemberIsMissingThatTheRecordNeeds(string name)
    {
        var type = EventCatalogue.Find(name)!;
        var payload = Snapshot(name).GetProperty("payload").EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        foreach (var member in payload.Keys)
        {
            var without = JsonSerializer.Serialize(payload.Where(held => held.Key != member).ToDictionary());
            Accepts(Envelope(name, without)).ShouldBe(!type.JsonType.Properties.Single(property => property.Name == member).IsRequired, member);
        }
    }

    [Theory]
    [InlineData("run_started", """{"run_id":"r"}""", true)]
    [InlineData("run_started", """{"run_id":"r","more":null}""", true)]
    [InlineData("run_started", """{"run_id":7}""", false)]
    [InlineData("run_started", """{"run_id":null}""", false)]
    [InlineData("run_started", """{"run_id":"r","base_session_id":null}""", true)]
    [InlineData("tool_call_result", """{"tool_call_id":"t","tool_name":"n","result":null,"error":null}""", true)]
    [InlineData("tool_call_result", """{"tool_call_id":"t","tool_name":"n","agent":null}""", true)]
    [InlineData("tool_call_started", """{"tool_call_id":"t","tool_name":"n","args":[]}""", false)]
    [InlineData("agent_step_started", """{"step_number":1.5}""", false)]
    [InlineData("retrieval_result", """{"documents":[{"id":"d","score":1}]}""", false)]
    [InlineData("somebody.elses", """{"run_id":7}""", true)]
    [InlineData("somebody.elses", "[]", false)]
    [InlineData("Nobodys", "{}", false)]
    public void Schema_JudgesThePayload_ByItsType(string name, string payload, bool expected) => Accepts(Envelope(name, payload)).ShouldBe(expected);

    [Theory]
    [InlineData("""{"session_id":"s","timestamp":"2026-11-21T03:14:45.123Z","type":"note","payload":{}}""")]
    [InlineData("""{"event_id":"a b","session_id":"s","timestamp":"2026-11-21T03:14:45.123Z","type":"note","payload":{}}""")]
    [InlineData("""{"event_id":"e","session_id":"s","timestamp":"2026-11-21T03:14:45.123Z","type":"note","payload":{},"run_id":null}""")]
    [InlineData("[]")]
    public void Schema_RefusesTheEnvelope_WhenItBreaksARule(string json) => Accepts(JsonElement.Parse(json)).ShouldBeFalse();

    private static bool Accepts(JsonElement value) => Schema.Evaluate(value).IsValid;

    private static JsonElement Envelope(string name, string payload) =>
        JsonElement.Parse($$"""{"event_id":"e","session_id":"s","timestamp":"2026-11-21T03:14:45.123Z","type":"{{name}}","payload":{{payload}}}""");

    private static JsonElement Snapshot(string name) => JsonElement.Parse(File.ReadAllText(Repository.PathOf("EventStream.Tests", "Events", "Snapshots", $"{name}.json")));
}
