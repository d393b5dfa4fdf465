using System.Net;
using System.Text;
using EventStream.Api.Access;
using EventStream.Api.Settings;
using EventStream.Tests.Support;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>Texts that are no text: halves of surrogate pairs, and bytes that aren't UTF-8. And names that hide what they are.</summary>
public sealed class MalformedTextTests(AccessSite site) : IClassFixture<AccessSite>
{
    public static TheoryData<string, string> Requests { get; } = new((
        from path in (string[])["/tickets", "/sessions/own-m/runs", "/sessions/own-m/runs/r1/interrupt", "/sessions/own-m/runs/r1/steer", "/sessions/own-m/runs/r1/approvals/a1"]
        from body in (string[])[
            """{"grants":["subscribe session:own"],"subject":"\ud800"}""",
            """{"grants":["subscribe session:own\udc00"]}""",
            """{"grants":["\ud800\ud800"]}""",
            """{"\ud800":1}""",
            """{"agent":"a","input":{"\ud800":1}}""",
            """{"agent":"a","input":["\udc00"]}""",
            """{"reason":"\ud800","message":"\ud800","approved":true}""",
            "{\"subject\":\"\u00ff\"}",
            "{\"\u00ff\":1}",
        ]
        select (path, body)).ToArray());

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_Is400_WhenItsTextIsMalformed(string path, string body)
    {
        // As Latin-1 the last ones are no UTF-8.
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Headers = { Authorization = new("Bearer", site.Owner) }, Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body)) };
        request.Content.Headers.ContentType = new("application/json");
        var answer = await site.Server.AskAsync(request);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Text);
        answer.Title.ShouldMatch("^The body (holds an escape that is half a surrogate pair|is not valid UTF-8)\\.$");
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("a\\u2028b")]
    [InlineData("a\\u202eb")]
    [InlineData("a\\u0007b")]
    public async Task Token_IsRefused_WhenItsSubjectIsMalformed(string subject)
    {
        var answer = await site.AskAsync(HttpMethod.Get, "/events/own/history", site.TokenOf(subject));
        answer.Status.ShouldBe(HttpStatusCode.Unauthorized, answer.Text);
    }

    [Fact]
    public async Task Token_Counts_WhenItsSubjectIsPlain() =>
        (await site.AskAsync(HttpMethod.Get, "/events/own/history", site.TokenOf("Zo\\u00eb \\ud83d\\ude00"))).Status.ShouldBe(HttpStatusCode.OK);

    [Theory]
    [InlineData("a\\u2028b")]
    [InlineData("a\\u2029b")]
    [InlineData("a\\u202eb")]
    [InlineData("a\\u200bb")]
    [InlineData("a\\udb40\\udc41b")]
    [InlineData("a\\u0085b")]
    public async Task Ticket_IsRefused_WhenItsSubjectHidesWhatItIs(string subject)
    {
        var answer = await site.AskAsync(HttpMethod.Post, "/tickets", site.Owner, $$"""{"grants":["subscribe session:own"],"subject":"{{subject}}"}""");
        (answer.Status, answer.Title).ShouldBe((HttpStatusCode.BadRequest, "/subject must be a text of 1 to 127 characters, without control characters, line separators and invisible formatting."));
    }

    [Theory]
    [InlineData("a\u2028b")]
    [InlineData("a\u202eb")]
    public void Key_IsRefused_WhenItsNameHidesWhatItIs(string name)
    {
        var settings = new Dictionary<string, string> { ["Access:Keys:worker:Name"] = name };
        AccessSite.AddKey(settings, "worker", "subscribe *");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings!).Build();
        Should.Throw<SettingException>(() => AccessSettings.Read(configuration)).Message.ShouldBe("Access:Keys:worker:Name must have at most 128 characters, without control characters, line separators and invisible formatting.");
    }
}
