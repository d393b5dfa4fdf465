using System.Net;
using System.Text;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Publishing;

/// <summary>Bodies as widespread clients send them, to both routes that take events.</summary>
public sealed class BodyTypeTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string One = """{"type":"note","payload":{"text":"é"}}""";
    private const string Pretty = "\r\n{\n  \"type\": \"note\",\n  \"payload\": {}\n}\n";

    private readonly TestServer _server = shared.Server;
    private readonly string _session = $"s-{Guid.NewGuid():N}";

    private string[] Paths => [$"/events/{_session}", $"/ingest/adk?session_id={_session}"];

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=\"UTF-8\"")]
    [InlineData("application/json;charset='utf-8'")]
    [InlineData("application/json; charset=utf8")]
    [InlineData("application/json; charset=us-ascii")]
    [InlineData("application/json;")]
    [InlineData("Application/JSON; Charset=Utf-8;")]
    [InlineData("application/json; odata.metadata=minimal")]
    [InlineData("text/json")]
    [InlineData("application/cloudevents+json")]
    [InlineData("application/vnd.example.v1+json; charset=utf-8")]
    [InlineData("APPLICATION/LD+JSON")]
    public async Task Post_TakesJson_HoweverItsTypeIsWritten(string type)
    {
        foreach (var path in Paths)
        {
            foreach (var body in (string[])[One, Pretty, $"[{One},{One}]"])
            {
                var answer = await _server.PostAsync(path, body, type);
                answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
                answer.Json.ValueKind.ShouldBe(body[0] == '[' ? System.Text.Json.JsonValueKind.Array : System.Text.Json.JsonValueKind.Object, path);
            }
        }
    }

    [Theory]
    [InlineData("application/x-ndjson")]
    [InlineData("application/ndjson;charset=UTF-8")]
    [InlineData("Application/X-NDJSON")]
    [InlineData("application/jsonl")]
    [InlineData("application/x-jsonl")]
    [InlineData("application/jsonlines")]
    [InlineData("application/x-jsonlines")]
    [InlineData("application/x-ldjson")]
    [InlineData("text/x-ndjson")]
    [InlineData("application/stream+json")]
    [InlineData("text/plain;charset=UTF-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/x-www-form-urlencoded; charset=UTF-8")]
    [InlineData("application/octet-stream")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Post_TakesLines_HoweverTheirTypeIsWritten(string? type)
    {
        foreach (var path in Paths)
        {
            var answer = await _server.PostAsync(path, $"{One}\r\n{One}\n", type);
            answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
            answer.Text.Split("\"stored\"").Length.ShouldBeGreaterThan(2, path);
        }
    }

    [Theory]
    [InlineData("text/plain;charset=UTF-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task Post_TakesOneEventOrAnArray_WhenTheTypeDoesNotSay(string? type)
    {
        foreach (var body in (string[])[One, Pretty])
            (await _server.PostAsync(Paths[0], body, type)).Json.GetProperty("outcome").GetString().ShouldBe("stored");
        (await _server.PostAsync(Paths[0], $"[{One},\n{One}]", type)).Json.GetArrayLength().ShouldBe(2);
        (await _server.PostAsync(Paths[0], "{\"type\":\n", type)).Title.ShouldStartWith("The text is not valid JSON");
        (await _server.PostAsync(Paths[0], $"{One}\nx", type)).Title.ShouldBe("Line 2: The text is not valid JSON at byte 1.");
    }

    [Theory]
    [InlineData("application/json; charset=iso-8859-1", "iso-8859-1")]
    [InlineData("application/x-ndjson;charset=\"UTF-16\"", "UTF-16")]
    [InlineData("text/plain; charset=windows-1252", "windows-1252")]
    public async Task Post_NamesTheCharset_WhenItIsNotUtf8(string type, string charset) =>
        await ShouldBeRefusedAsync(type, $"The charset '{charset}' isn't read; send the body in UTF-8.");

    [Theory]
    [InlineData("application/xml")]
    [InlineData("text/html")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json-seq")]
    [InlineData("application/json, text/plain")]
    [InlineData("nonsense")]
    public async Task Post_NamesTheType_WhenItIsNoneOfEvents(string type) =>
        await ShouldBeRefusedAsync(type, $"Content-Type must be application/json or application/x-ndjson in UTF-8, not '{type}'; with curl: --json '…', or -H 'Content-Type: application/x-ndjson'.");

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("application/json", false)]
    [InlineData("application/x-ndjson", false)]
    [InlineData(null, false)]
    public async Task Post_SaysSo_WhenTheBodyIsUtf16(string? type, bool isBigEndian)
    {
        var encoding = new UnicodeEncoding(isBigEndian, byteOrderMark: true);
        foreach (var path in Paths)
        {
            var answer = await _server.PostAsync(path, [.. encoding.GetPreamble(), .. encoding.GetBytes($"{One}\n")], type);
            (answer.Status, answer.Title).ShouldBe((HttpStatusCode.BadRequest, "The body is written in UTF-16; send it in UTF-8."));
        }
    }

    // A browser asks for leave before it sends JSON to another origin, but not before it sends these.
    [Theory]
    [InlineData("text/plain;charset=UTF-8", "https://evil.test", false)]
    [InlineData("application/x-www-form-urlencoded", "https://evil.test", false)]
    [InlineData(null, "https://evil.test", false)]
    [InlineData("text/plain", "null", false)]
    [InlineData("text/plain;charset=UTF-8", "https://app.example.com", true)]
    [InlineData("text/plain;charset=UTF-8", "http://OWN", true)]
    public async Task Post_IsRefused_WhenAPageOfAStrangerSendsItUnasked(string? type, string origin, bool isTaken)
    {
        await using var server = TestServer.Start(new() { ["Cors:Origins"] = "https://app.example.com" });
        var shown = origin.Replace("OWN", server.Address.Authority, StringComparison.Ordinal);
        foreach (var path in Paths)
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(One));
            if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
            request.Headers.TryAddWithoutValidation("Origin", shown);
            var answer = await server.AskAsync(request);
            answer.Status.ShouldBe(isTaken ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.Text);
            if (!isTaken) answer.Title.ShouldBe($"Pages of {shown} may not change anything here; add their origin to Cors:Origins.");
        }
    }

    private async Task ShouldBeRefusedAsync(string type, string title)
    {
        foreach (var path in Paths)
        {
            var answer = await _server.PostAsync(path, One, type);
            // Other systems' events come as Server-Sent Events too.
            var expected = path.StartsWith("/ingest", StringComparison.Ordinal) ? title.Replace("must be application/json or", "must be application/json, text/event-stream or", StringComparison.Ordinal) : title;
            (answer.Status, answer.Title).ShouldBe((HttpStatusCode.UnsupportedMediaType, expected), path);
        }
    }
}
