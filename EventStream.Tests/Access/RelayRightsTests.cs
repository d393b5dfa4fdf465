using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>A publisher needs the grant for every stream that its events really go to.</summary>
public sealed class RelayRightsTests(AccessSite site) : IClassFixture<AccessSite>
{
    [Theory]
    [InlineData("own", null, "", HttpStatusCode.OK)]
    [InlineData("own", "own-p", "", HttpStatusCode.OK)]
    [InlineData("own", "foreign-p", "", HttpStatusCode.Forbidden)]
    [InlineData("own", null, "?broadcast=true", HttpStatusCode.Forbidden)]
    public async Task Publish_NeedsTheGrantForProjectAndBroadcast(string session, string? project, string query, HttpStatusCode expected)
    {
        var type = $"note_{Guid.NewGuid():N}";
        var member = project is null ? "" : $",\"project_id\":\"{project}\"";
        var answer = await site.AskAsync(HttpMethod.Post, $"/events/{session}{query}", site.Owner, $$$"""[{"type":"{{{type}}}","payload":{}},{"type":"{{{type}}}","payload":{} {{{member}}} }]""");
        answer.Status.ShouldBe(expected, answer.Text);
        // Either all of it is stored or nothing.
        (await site.AskAsync(HttpMethod.Get, $"/events/{session}/history?limit=1000&types={type}", site.Owner)).Json.GetProperty("events").GetArrayLength().ShouldBe(expected == HttpStatusCode.OK ? 2 : 0);
    }

    [Theory]
    [InlineData("?session_id=own-i", "", HttpStatusCode.OK)]
    [InlineData("?session_id=foreign-i", "", HttpStatusCode.Forbidden)]
    [InlineData("", ",\"session_id\":\"own-i\"", HttpStatusCode.OK)]
    [InlineData("", ",\"session_id\":\"foreign-i\"", HttpStatusCode.Forbidden)]
    [InlineData("?session_id=own-i&project_id=foreign-i", "", HttpStatusCode.Forbidden)]
    [InlineData("?session_id=own-i&broadcast=true", "", HttpStatusCode.Forbidden)]
    public async Task Ingest_NeedsTheGrantForWhatItsEventsName(string query, string member, HttpStatusCode expected)
    {
        foreach (var type in (string[])["application/json", "application/x-ndjson"])
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"/ingest/adk{query}") { Headers = { Authorization = new("Bearer", site.Owner) } };
            request.Content = new StringContent($$"""{"type":"agent_thought","payload":{"content":"x"} {{member}} }""", System.Text.Encoding.UTF8, type);
            var answer = await site.Server.AskAsync(request);
            answer.Status.ShouldBe(expected, $"{type}: {answer.Text}");
            if (expected == HttpStatusCode.Forbidden) answer.Title.ShouldMatch("The caller lacks the grant 'publish (session:foreign-i|project:foreign-i|broadcast)'.$");
        }
    }

    [Fact]
    public async Task Ingest_TellsItPerLine_WhenOneSessionIsForeign()
    {
        var lines = string.Join('\n', ((string[])["own-l", "foreign-l", "own-l"]).Select(session => $$$"""{"type":"agent_thought","session_id":"{{{session}}}","payload":{"content":"x"}}"""));
        var request = new HttpRequestMessage(HttpMethod.Post, "/ingest/adk?on_error=skip") { Headers = { Authorization = new("Bearer", site.Owner) }, Content = new StringContent(lines) };
        var answer = await site.Server.AskAsync(request);
        answer.Status.ShouldBe(HttpStatusCode.OK);
        var answers = answer.Text.TrimEnd().Split('\n');
        answers.Length.ShouldBe(3);
        answers[1].ShouldContain("The caller lacks the grant \\u0027publish session:foreign-l\\u0027.");
        (await site.AskAsync(HttpMethod.Get, "/events/own-l/history", site.Owner)).Json.GetProperty("events").GetArrayLength().ShouldBe(2);
        (await site.AskAsync(HttpMethod.Get, "/events/foreign-l/history", site.OtherTeam)).Json.GetProperty("events").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Deletion_NeedsAdmin_WhenAnEventSaysIt()
    {
        var publish = await site.AskAsync(HttpMethod.Post, "/events/own-d", site.Publisher, """[{"type":"note","payload":{}},{"type":"session_deleted","payload":{}}]""");
        (publish.Status, publish.Title).ShouldBe((HttpStatusCode.Forbidden, "The caller lacks the grant 'admin session:own-d'."));
        var ingest = await site.AskAsync(HttpMethod.Post, "/ingest/eddie", site.Publisher, """{"event":"session.deleted","data":{"id":"own-d"}}""");
        (ingest.Status, ingest.Title).ShouldBe((HttpStatusCode.Forbidden, "The caller lacks the grant 'admin session:own-d'."));
        (await site.AskAsync(HttpMethod.Post, "/events/own-d", site.Owner, """[{"type":"note","payload":{}},{"type":"session_deleted","payload":{}}]""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("skip", 5, 4)]
    [InlineData("stop", 3, 2)]
    public async Task Ingest_TellsItPerLine_WhenALineDeletesTheSession(string onError, int answered, int stored)
    {
        var session = $"own-{onError}";
        const string Thought = """{"type":"agent_thought","payload":{"content":"x"}}""";
        var deletion = $$$"""{"event":"session.deleted","data":{"id":"{{{session}}}"}}""";
        var request = new HttpRequestMessage(HttpMethod.Post, $"/ingest/auto?session_id={session}&on_error={onError}") { Headers = { Authorization = new("Bearer", site.Publisher) } };
        request.Content = new StringContent(string.Join('\n', Thought, Thought, deletion, Thought, Thought), System.Text.Encoding.UTF8, "application/x-ndjson");
        var answer = await site.Server.AskAsync(request);

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        var lines = answer.Text.TrimEnd().Split('\n');
        lines.Length.ShouldBe(answered);
        lines[2].ShouldBe($$"""{"line":3,"error":"The caller lacks the grant \u0027admin session:{{session}}\u0027."}""");
        lines.Where((_, i) => i != 2).ShouldAllBe(line => line.Contains("\"outcome\":\"stored\""));
        (await site.AskAsync(HttpMethod.Get, $"/events/{session}/history", site.Owner)).Json.GetProperty("events").GetArrayLength().ShouldBe(stored);
    }

    [Theory]
    [InlineData("""{"event":"session.deleted","data":{"id":"own-j"}}""", "admin session:own-j")]
    [InlineData("""{"type":"agent_thought","session_id":"foreign-j","payload":{"content":"x"}}""", "publish session:foreign-j")]
    public async Task Ingest_NamesTheItem_WhenOneOfManyIsDenied(string denied, string grant)
    {
        const string Thought = """{"type":"agent_thought","session_id":"own-j","payload":{"content":"x"}}""";
        var answer = await site.AskAsync(HttpMethod.Post, "/ingest/auto", site.Publisher, $"[{Thought},{denied}]");
        (answer.Status, answer.Title).ShouldBe((HttpStatusCode.Forbidden, $"/1 is wrong: The caller lacks the grant '{grant}'."));
        answer.Json.GetProperty("pointer").GetString().ShouldBe("/1");
        (await site.AskAsync(HttpMethod.Get, "/events/own-j/history", site.Owner)).Json.GetProperty("events").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Sessions_AreThoseThatTheCallerMayWatch()
    {
        foreach (var (session, credential) in ((string, string)[])[("own-list", site.Owner), ("foreign-list", site.OtherTeam)])
            (await site.AskAsync(HttpMethod.Post, $"/events/{session}", credential, """{"type":"note","payload":{}}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await SessionsAsync(site.Owner)).ShouldSatisfyAllConditions(sessions => sessions.ShouldContain("own-list"), sessions => sessions.ShouldAllBe(session => session.StartsWith("own", StringComparison.Ordinal)));
        (await SessionsAsync(site.Publisher)).ShouldBeEmpty();
        (await SessionsAsync(site.Everything)).ShouldSatisfyAllConditions(sessions => sessions.ShouldContain("own-list"), sessions => sessions.ShouldContain("foreign-list"));
    }

    private async Task<string[]> SessionsAsync(string credential) =>
        [.. (await site.AskAsync(HttpMethod.Get, "/sessions?limit=100", credential)).Json.GetProperty("sessions").EnumerateArray().Select(session => session.GetProperty("session_id").GetString()!)];
}
