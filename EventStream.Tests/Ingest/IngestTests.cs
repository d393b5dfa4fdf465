using System.Net;
using System.Text;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sources;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Ingest;

public sealed class IngestTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Unknown = """{"type":"zzz.unknown","n":1}""";

    private readonly TestServer _server = shared.Server;
    private readonly string _session = $"s-{Guid.NewGuid():N}";

    private string Path => $"/ingest/argos?session_id={_session}";

    [Fact]
    public async Task Post_AnswersOneObject_ForOneNativeEvent()
    {
        var answer = await _server.PostAsync(Path, Unknown);
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Json.GetProperty("outcome").GetString().ShouldBe("stored");
        var ingested = answer.Json.GetProperty("events").EnumerateArray().Single();
        ingested.EnumerateObject().Select(member => member.Name).ShouldBe(["session_id", "type", "event_id", "id", "outcome"]);
        (ingested.GetProperty("session_id").GetString(), ingested.GetProperty("type").GetString()).ShouldBe((_session, "custom_event"));
    }

    [Fact]
    public async Task Post_AnswersAnArray_ForAnArray()
    {
        var answer = await _server.PostAsync(Path, $"[{Unknown},{Unknown}]");
        answer.Json.GetArrayLength().ShouldBe(2);
        (await LogAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Post_KeepsAllOfAnUnknownEvent_TokenForToken()
    {
        await _server.PostAsync(Path, """{"type":"zzz.unknown","n":1.50,"text":"\u00e9","deep":{"a":[null,1e400]}}""");
        var stored = (await LogAsync()).Single();
        (stored.Type, stored.Source, stored.SourceType).ShouldBe(("custom_event", "argos", "zzz.unknown"));
        stored.Payload.ToString().ShouldContain("\"n\":1.50,\"text\":\"\\u00e9\",\"deep\":{\"a\":[null,1e400]}");
    }

    [Fact]
    public async Task Post_KeepsAnEventAsText_WhenItIsNestedDeeperThanAPayloadMayBe()
    {
        var deep = $$"""{"type":"zzz.unknown","deep":{{new string('[', 62)}}{{new string(']', 62)}}}""";
        var answer = await _server.PostAsync(Path, deep);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        JsonElement.Parse((await LogAsync()).Single().Payload.Utf8.Span).GetProperty("value_raw").GetString()!.ShouldContain(new string('[', 62));
    }

    [Fact]
    public async Task Post_ListsTheSources_WhenTheSourceIsUnknown()
    {
        var answer = await _server.PostAsync("/ingest/nope", "{}");
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Title.ShouldBe($"source 'nope' isn't known; the sources are {string.Join(", ", SourceCatalogue.All.Select(source => source.Name))}.");
    }

    [Theory]
    [InlineData("/ingest/adk", """{"a":1}""", "give it as ?session_id=…")]
    [InlineData("/ingest/argos", """{"type":"agent.run.created","run":{"id":"r 1/2"}}""", "The argos event 'agent.run.created' names the session 'r 1/2', which must be 1 to 128 characters")]
    [InlineData("/ingest/adk", """[{"session_id":"broadcast","type":"agent_thought","payload":{}}]""", "/0 is wrong: The adk event 'agent_thought' names the session 'broadcast', which must be")]
    [InlineData("/ingest/adk?session_id=a/b", "{}", "session_id must be 1 to 128 characters")]
    [InlineData("/ingest/adk?session_id=broadcast", "{}", "session_id must not be 'broadcast'")]
    [InlineData("/ingest/adk?session_id=s&session_id=t", "{}", "session_id must be given once.")]
    [InlineData("/ingest/adk?session_id=s&run_id=-", "{}", "run_id must be 1 to 128 characters")]
    [InlineData("/ingest/adk?session_id=s&project_id=", "{}", "project_id must be 1 to 128 characters")]
    [InlineData("/ingest/adk?session_id=s&class=", "{}", "class must be 1 to 256 characters.")]
    [InlineData("/ingest/adk?session_id=s&on_error=ignore", "{}", "on_error must be stop, the default, or skip.")]
    [InlineData("/ingest/adk?session_id=s", "[]", "The array must hold 1 to 1000 native events")]
    [InlineData("/ingest/adk?session_id=s", "7", "A native event must be a JSON object.")]
    [InlineData("/ingest/adk?session_id=s", "[{},[]]", "/1 is wrong: A native event must be a JSON object.")]
    [InlineData("/ingest/adk", """[{"session_id":"s","type":"agent_thought","payload":{"content":"so"}},{"type":"agent_thought","payload":{}}]""", "/1 is wrong: The adk event 'agent_thought' names no session")]
    [InlineData("/ingest/adk?session_id=s", "{", "The text is not valid JSON at line 1")]
    public async Task Post_IsRefused_NamingWhatToChange(string path, string body, string title)
    {
        var answer = await _server.PostAsync(path, body);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Title.ShouldContain(title);
    }

    [Fact]
    public async Task Post_StoresNothing_WhenOneItemIsTooLarge()
    {
        var answer = await _server.PostAsync(Path, $$"""[{{Unknown}},{"type":"zzz.unknown","text":"{{new string('x', 300_000)}}"}]""");
        answer.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        answer.Title.ShouldStartWith("/1 is wrong: An event may take 262144 bytes as JSON");
        (await LogAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Post_IsRefused_WhenAnArrayHoldsMoreThan1000()
    {
        var answer = await _server.PostAsync(Path, $"[{string.Join(',', Enumerable.Repeat(Unknown, 1001))}]");
        answer.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        answer.Title.ShouldContain("send more as NDJSON");
    }

    [Theory]
    [InlineData("POST", null)]
    [InlineData("POST", "application/x-www-form-urlencoded")]
    [InlineData("PUT", null)]
    [InlineData("PUT", "application/x-ndjson")]
    public async Task Lines_AreRead_HoweverCurlSendsThem(string method, string? type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes($"{Unknown}\n{Unknown}"));
        if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
        var answer = await _server.AskAsync(new HttpRequestMessage(new HttpMethod(method), Path) { Content = content });
        (answer.Status, answer.ContentType).ShouldBe((HttpStatusCode.OK, "application/x-ndjson"));
        answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
    }

    private async Task<IReadOnlyList<Event>> LogAsync()
    {
        var page = await _server.Bus.ReadAsync(StreamKey.Session(_session), Cursor.Zero, 1000, TestContext.Current.CancellationToken);
        return [.. page.Entries.Select(Envelopes.Read)];
    }
}
