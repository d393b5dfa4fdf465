using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Publishing;

/// <summary>What the server refuses: the status, the member and the rule that the publisher reads.</summary>
public sealed class PublishRejectionTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string NdJson = "application/x-ndjson";
    private const string IdRule = "must be 1 to 128 characters: a letter or digit, then letters, digits or any of . _ : @ -";

    private readonly TestServer _server = shared.Server;
    private readonly string _session = $"s-{Guid.NewGuid():N}";

    public static TheoryData<string, string, string> Members => new()
    {
        { """{"type":"t","event_id":""}""", "/event_id", "must be 1 to 128 printable ASCII characters without spaces." },
        { """{"type":"t","event_id":"a b"}""", "/event_id", "must be 1 to 128 printable ASCII characters without spaces." },
        { """{"type":"t","event_id":"é"}""", "/event_id", "must be 1 to 128 printable ASCII characters without spaces." },
        { $$"""{"type":"t","event_id":"{{new string('e', 129)}}"}""", "/event_id", "must be 1 to 128 printable ASCII characters without spaces." },
        { """{"type":"t","event_id":7}""", "/event_id", "must be a string." },
        { """{"type":"t","event_id":["a"]}""", "/event_id", "must be a string." },
        { """{"type":"t","session_id":"another"}""", "/session_id", "is 'another' and contradicts the session that it is published to, " },
        { """{"type":"t","session_id":false}""", "/session_id", "must be a string." },
        { """{"payload":{}}""", "/type", "is missing." },
        { """{}""", "/type", "is missing." },
        { """{"type":null}""", "/type", "is missing." },
        { """{"type":7}""", "/type", "must be a string." },
        { """{"type":""}""", "/type", "must be 1 to 64 characters: a lower-case letter, then lower-case letters, digits, _ or .;" },
        { """{"type":"Thought"}""", "/type", "must be 1 to 64 characters" },
        { """{"type":"a\nb"}""", "/type", "must be 1 to 64 characters" },
        { """{"type":"message"}""", "/type", "must be 1 to 64 characters: a lower-case letter, then lower-case letters, digits, _ or .; open, error and message are taken by EventSource itself." },
        { """{"type":"open"}""", "/type", "must be 1 to 64 characters: a lower-case letter, then lower-case letters, digits, _ or .; open, error and message are taken by EventSource itself." },
        { """{"type":"error"}""", "/type", "must be 1 to 64 characters: a lower-case letter, then lower-case letters, digits, _ or .; open, error and message are taken by EventSource itself." },
        { $$"""{"type":"{{new string('t', 65)}}"}""", "/type", "must be 1 to 64 characters" },
        { """{"type":"session_stream_started"}""", "/type", "must not be 'session_stream_started': only the server writes that frame." },
        { """{"type":"stream_gap"}""", "/type", "must not be 'stream_gap': only the server writes that frame." },
        { """{"type":"t","type":"t"}""", "/type", "stands in the event twice." },
        { """{"type":"t","timestamp":"yesterday"}""", "/timestamp", "must be RFC 3339 with an offset, such as 2026-11-21T03:14:45.123Z." },
        { """{"type":"t","timestamp":"2026-11-21T03:14:45"}""", "/timestamp", "must be RFC 3339 with an offset" },
        { """{"type":"t","timestamp":"2026-13-41T03:14:45Z"}""", "/timestamp", "must be RFC 3339 with an offset" },
        { """{"type":"t","timestamp":1763694885123}""", "/timestamp", "must be a string." },
        { """{"type":"t","payload":[]}""", "/payload", "must be a JSON object." },
        { """{"type":"t","payload":"text"}""", "/payload", "must be a JSON object." },
        { """{"type":"t","payload":null}""", "/payload", "must be a JSON object." },
        { """{"type":"t","run_id":"-r"}""", "/run_id", IdRule },
        { """{"type":"t","run_id":"a/b"}""", "/run_id", IdRule },
        { """{"type":"t","run_id":12}""", "/run_id", "must be a string." },
        { """{"type":"t","run_id":"a","payload":{"run_id":"b"}}""", "/run_id", "is 'a' and contradicts /payload/run_id, which is 'b'." },
        { """{"type":"t","payload":{"run_id":"b c"}}""", "/payload/run_id", IdRule },
        { """{"type":"t","project_id":" p"}""", "/project_id", IdRule },
        { """{"type":"t","project_id":{}}""", "/project_id", "must be a string." },
        { """{"type":"t","agent_id":""}""", "/agent_id", "must be 1 to 256 characters, or absent." },
        { $$"""{"type":"t","source":"{{new string('s', 257)}}"}""", "/source", "must be 1 to 256 characters, or absent." },
        { """{"type":"t","traceparent":"00-1-2-3"}""", "/traceparent", "must be a W3C trace context" },
        { """{"type":"t","colour":"red"}""", "/colour", "is not a member of the envelope; put it inside the payload." },
        { """{"type":"t","a~/b":1}""", "/a~0~1b", "is not a member of the envelope; put it inside the payload." },
        { """[{"type":"t"},{"type":"t","run_id":""}]""", "/1/run_id", IdRule },
    };

    public static TheoryData<string, string, string> Shapes => new()
    {
        { "", "application/json", "The body is empty" },
        { "", NdJson, "The body is empty" },
        { " \n\r\n ", "application/json", "The body is empty" },
        { " \n\r\n ", NdJson, "The body is empty" },
        { "\uFEFF", "application/json", "The body is empty" },
        { "[]", "application/json", "The array holds no events." },
        { "7", "application/json", "An event must be a JSON object." },
        { "null", "application/json", "An event must be a JSON object." },
        { "\"t\"", "application/json", "An event must be a JSON object." },
        { "[7]", "application/json", "/0 is wrong: An event must be a JSON object." },
        { "[[{\"type\":\"t\"}]]", "application/json", "/0 is wrong: An event must be a JSON object." },
        { "{\"type\":\"t\"", "application/json", "The text is not valid JSON at line 1, byte " },
        { "{\n  \"type\":'t'}", "application/json", "The text is not valid JSON at line 2, byte 10." },
        { "{\"type\":\"t\"} {\"type\":\"t\"}", "application/json", "The text is not valid JSON at line 1, byte 14." },
        { "{\"type\":\"t\",}", "application/json", "The text is not valid JSON at line 1, byte 13." },
        { "{\"type\":\"t\"}\n{", NdJson, "Line 2: The text is not valid JSON at byte 2." },
        { "{\"type\":\"t\"}\n[]", NdJson, "Line 2: An event must be a JSON object." },
        { "{\"type\":\"t\",\"payload\":" + string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 71), "application/json", "The JSON is nested deeper than 64 levels; a payload may have 62." },
        { "{\"type\":\"t\",\"payload\":" + string.Concat(Enumerable.Repeat("{\"a\":", 63)) + "1" + new string('}', 64), "application/json", "must not be nested deeper than 62 levels." },
    };

    [Theory]
    [MemberData(nameof(Members))]
    public async Task Post_NamesMemberAndRule_WhenAMemberIsBad(string body, string pointer, string rule)
    {
        var answer = await _server.PostAsync($"/events/{_session}", body);

        await ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, $"{pointer} {rule}", startsWith: false);
        answer.Title.ShouldStartWith(pointer);
        answer.Json.GetProperty("pointer").GetString().ShouldBe(pointer);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Post_SaysWhatIsWrong_WhenTheBodyIsNoEvent(string body, string type, string expected) =>
        await ShouldBeProblemAsync(await _server.PostAsync($"/events/{_session}", body, type), HttpStatusCode.BadRequest, expected, startsWith: false);

    [Fact]
    public async Task Post_SaysSo_WhenTheBodyIsNoUtf8() =>
        await ShouldBeProblemAsync(await _server.PostAsync($"/events/{_session}", "{\"type\":\"t\",\"payload\":{\"a\":\"\u00e9\"}}"u8.ToArray().Where(b => b != 0xA9).ToArray()),
            HttpStatusCode.BadRequest, "The text is not valid UTF-8.");

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity, gzip")]
    public async Task Post_Answers415_WhenTheBodyIsCompressed(string encoding)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/events/{_session}") { Content = new ByteArrayContent([0x1F, 0x8B, 8, 0]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        await ShouldBeProblemAsync(await _server.AskAsync(request), HttpStatusCode.UnsupportedMediaType, $"Content-Encoding '{encoding}' isn't read; send the body as it is, without compression.");
    }

    [Fact]
    public async Task Post_IsStored_WhenItSaysThatItIsNotCompressed()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/events/{_session}") { Content = new StringContent("""{"type":"t"}""", System.Text.Encoding.UTF8, "application/json") };
        request.Content.Headers.TryAddWithoutValidation("Content-Encoding", "identity");
        (await _server.AskAsync(request)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/health/ready", HttpStatusCode.OK)]
    [InlineData("/events/a/history", HttpStatusCode.OK)]
    [InlineData("/events/a/history?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/events/a", HttpStatusCode.MethodNotAllowed)]
    public async Task Head_AnswersAsGetWithoutABody_WhereGetComesToAnEnd(string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var response = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(status);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
        if (status == HttpStatusCode.MethodNotAllowed) response.Content.Headers.Allow.Order(StringComparer.Ordinal).ShouldBe(["DELETE", "GET", "POST"]);
    }

    [Fact]
    public async Task Post_SaysWhereTheProjectStands_WhenTheAddressNamesIt() =>
        await ShouldBeProblemAsync(await _server.PostAsync($"/events/{_session}?project_id=p1", """{"type":"t"}"""), HttpStatusCode.BadRequest, "project_id must stand in each event");

    [Theory]
    [InlineData("broadcast")]
    [InlineData("broadcast=yes")]
    [InlineData("broadcast=true&broadcast=true")]
    public async Task Post_NamesTheRule_WhenBroadcastIsNeitherTrueNorFalse(string query) =>
        await ShouldBeProblemAsync(await _server.PostAsync($"/events/{_session}?{query}", """{"type":"t"}"""), HttpStatusCode.BadRequest, "broadcast must be true or false.");

    [Theory]
    [InlineData("a%20b", IdRule)]
    [InlineData("a%2Fb", IdRule)]
    [InlineData("%2E%2E%2Fx", IdRule)]
    [InlineData("-a", IdRule)]
    [InlineData("a%0Ab", IdRule)]
    [InlineData("%C3%A9", IdRule)]
    [InlineData("a%25b", IdRule)]
    [InlineData("{s}", IdRule)]
    [InlineData("broadcast", "must not be 'broadcast': that name is reserved for events without a session.")]
    public async Task EveryRoute_NamesTheRule_WhenTheSessionIdInTheUrlIsBad(string id, string rule)
    {
        foreach (var method in (string[])["GET", "POST", "DELETE", "HISTORY"])
        {
            using var content = new StringContent("""{"type":"t"}""", System.Text.Encoding.UTF8, "application/json");
            var answer = await _server.AskAsync(method == "HISTORY"
                ? new HttpRequestMessage(HttpMethod.Get, $"/events/{id}/history")
                : new HttpRequestMessage(new HttpMethod(method), $"/events/{id}") { Content = method == "POST" ? content : null });
            await ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, $"session_id {rule}");
        }
    }

    [Fact]
    public async Task Post_NamesTheRule_WhenTheSessionIdIsTooLong()
    {
        (await _server.PostAsync($"/events/{_session}{new string('a', 128 - _session.Length)}", """{"type":"t"}""")).Status.ShouldBe(HttpStatusCode.OK);
        await ShouldBeProblemAsync(await _server.PostAsync($"/events/{new string('a', 129)}", """{"type":"t"}"""), HttpStatusCode.BadRequest, $"session_id {IdRule}");
        await ShouldBeProblemAsync(await _server.PostAsync($"/events/{new string('a', 6000)}", """{"type":"t"}"""), HttpStatusCode.BadRequest, $"session_id {IdRule}");
    }

    [Theory]
    [InlineData("/events/a%00b", HttpStatusCode.BadRequest)]
    [InlineData("/events/%00", HttpStatusCode.BadRequest)]
    [InlineData("long", HttpStatusCode.RequestUriTooLong)]
    public async Task Post_IsRefusedByKestrel_WhenTheUrlCantBeRead(string path, HttpStatusCode status)
    {
        (await _server.PostAsync(path == "long" ? $"/events/{new string('a', 20_000)}" : path, """{"type":"t"}""")).Status.ShouldBe(status);
        await ShouldStillServeAsync();
    }

    [Theory]
    [InlineData("GET", "/events/a/b/c", HttpStatusCode.NotFound)]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/events/a", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/events/a/history", HttpStatusCode.MethodNotAllowed)]
    public async Task EveryRoute_AnswersAProblem_WhenItDoesNotExist(string method, string path, HttpStatusCode status)
    {
        var answer = await _server.AskAsync(new HttpRequestMessage(new HttpMethod(method), path));

        answer.Status.ShouldBe(status);
        answer.ContentType.ShouldBe("application/problem+json");
    }

    private async Task ShouldBeProblemAsync(HttpAnswer answer, HttpStatusCode status, string expected, bool startsWith = true)
    {
        answer.Status.ShouldBe(status, answer.Text);
        answer.ContentType.ShouldBe("application/problem+json");
        if (startsWith) answer.Title.ShouldStartWith(expected);
        else answer.Title.ShouldContain(expected);
        answer.Text.ShouldNotContain("Exception");
        answer.Text.ShouldNotContain("   at ");
        await ShouldStillServeAsync();
    }

    private async Task ShouldStillServeAsync() =>
        (await _server.PostAsync("/events/still-there", """{"type":"t"}""")).Status.ShouldBe(HttpStatusCode.OK);
}
