using System.Net;
using System.Text;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.AgUi;

/// <summary>What is wrong with what clients of AG-UI post.</summary>
public sealed class AgUiInputTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly string _session = $"s-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("", "", "The body is empty; post an object, such as {\"threadId\"")]
    [InlineData("{", "", "The text is not valid JSON")]
    [InlineData("[]", "", "The body must be an object, such as {\"threadId\"")]
    [InlineData("""{"runId":"r","messages":[]}""", "/threadId", "/threadId must be given")]
    [InlineData("""{"threadId":7,"runId":"r","messages":[]}""", "/threadId", "/threadId must be a text of 1 to 256 characters.")]
    [InlineData("""{"threadId":"\ud800","runId":"r","messages":[]}""", "/threadId", "/threadId must be a text of 1 to 256 characters.")]
    [InlineData("""{"threadId":"t","messages":[]}""", "/runId", "/runId must be given")]
    [InlineData("""{"threadId":"t","runId":"a b","messages":[]}""", "/runId", "/runId must be 1 to 128 characters")]
    [InlineData("""{"threadId":"t","runId":"r"}""", "/messages", "/messages must be given: a list, which may be empty.")]
    [InlineData("""{"threadId":"t","runId":"r","messages":{}}""", "/messages", "/messages must be a list.")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[1]}""", "/messages/0", "/messages/0 must be an object.")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[{"role":"user","content":"x"}]}""", "/messages/0/id", "/messages/0/id must be given")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[{"id":"m","role":"robot","content":"x"}]}""", "/messages/0/role", "/messages/0/role is 'robot'; it is user, assistant,")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[{"id":"m","role":"user"}]}""", "/messages/0/content", "/messages/0/content must be given")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[{"id":"m","role":"user","content":7}]}""", "/messages/0/content", "/messages/0/content must be a text, or a list of parts.")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[{"id":"m","role":"user","content":"\udc00"}]}""", "/messages/0/content", "/messages/0/content holds half a surrogate pair.")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[{"id":"m","role":"tool","content":"x"}]}""", "/messages/0/toolCallId", "/messages/0/toolCallId must be given")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[],"tools":{}}""", "/tools", "/tools must be a list.")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[],"protocolVersion":1}""", "/protocolVersion", "/protocolVersion must be a text")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[],"resume":[{"interruptId":"i"}]}""", "/resume/0/status", "/resume/0/status must be given")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[],"resume":[{"interruptId":"i","status":"maybe"}]}""", "/resume/0/status", "/resume/0/status is 'maybe'; it is resolved or cancelled.")]
    [InlineData("""{"threadId":"t","runId":"r","messages":[],"resume":[{"interruptId":"i","status":"resolved"}]}""", "/resume/0/interruptId", "/resume/0/interruptId is 'i', which no run of this session has asked.")]
    public async Task Post_IsRefused_AndNamesTheMember(string body, string pointer, string title)
    {
        var answer = await shared.Server.PostAsync($"/agui/{_session}", body);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Text);
        answer.Title.ShouldStartWith(title);
        (answer.Json.TryGetProperty("pointer", out var named) ? named.GetString() : "").ShouldBe(pointer);
        (await shared.Server.GetAsync($"/events/{_session}/history")).Json.GetProperty("events").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("/agui/SESSION", """{"threadId":"t","runId":"r","messages":[MESSAGES]}""")]
    [InlineData("/api/chat", """{"id":"SESSION","messages":[MESSAGES]}""")]
    public async Task Post_Takes10000Messages_AndNamesTheLimit_BeyondThem(string path, string body)
    {
        var messages = Enumerable.Range(0, 10_001).Select(number => $$"""{"id":"m{{number}}","role":"user","content":"x","parts":[]}""").ToList();
        var tooMany = await PostAsync(messages);
        using var taken = await AskAsync(messages.Skip(1));

        (tooMany.Status, tooMany.Title).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "/messages has 10001 messages; 10000 are its most, so leave out the oldest."));
        taken.StatusCode.ShouldBe(HttpStatusCode.OK);

        Task<HttpAnswer> PostAsync(IEnumerable<string> posted) => shared.Server.PostAsync(In(path), In(body).Replace("MESSAGES", string.Join(',', posted), StringComparison.Ordinal));

        async Task<HttpResponseMessage> AskAsync(IEnumerable<string> posted)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, In(path)) { Content = new StringContent(In(body).Replace("MESSAGES", string.Join(',', posted), StringComparison.Ordinal), Encoding.UTF8, "application/json") };
            return await shared.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        }

        string In(string text) => text.Replace("SESSION", _session, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?agent=a%20b", "agent is 'a b', which must be 1 to 128 characters")]
    [InlineData("?agnet=a", "agnet is no parameter of this address; did you mean agent?")]
    public async Task Post_IsRefused_WhenItsAddressIsWrong(string query, string title)
    {
        var answer = await shared.Server.PostAsync($"/agui/{_session}{query}", """{"threadId":"t","runId":"r","messages":[]}""");

        (answer.Status, answer.Title.StartsWith(title, StringComparison.Ordinal)).ShouldBe((HttpStatusCode.BadRequest, true), answer.Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_Is413_AndNamesTheLimit_AboveEightMebibytes(bool isChunked)
    {
        var answer = await shared.Server.PostAsync($"/agui/{_session}", Encoding.UTF8.GetBytes(new string(' ', 8 * 1024 * 1024 + 1)), isChunked: isChunked);

        (answer.Status, answer.Title).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "A request may hold 8388608 bytes; send fewer or shorter messages."));
    }

    [Theory]
    [InlineData("/agui/s", """{"threadId":"t","runId":"r","messages":[],"context":[{"a":1}],"state":{"a":"LONG"}}""", "/state")]
    [InlineData("/agui/s", """{"threadId":"t","runId":"r","messages":[],"forwardedProps":{"a":"LONG"}}""", "/forwardedProps")]
    [InlineData("/copilotkit", """{"method":"agent/run","params":{"agentId":"assistant"},"body":{"threadId":"t","runId":"r","messages":[],"tools":[{"name":"LONG"}]}}""", "/body/tools")]
    [InlineData("/api/chat", """{"id":"c","messages":[{"id":"m","role":"user","parts":[]}],"model":"LONG"}""", "/model")]
    [InlineData("/agui/s", """{"threadId":"t","runId":"r","messages":[{"id":"m","role":"tool","toolCallId":"c","content":"LONG"}]}""", "/messages/0")]
    public async Task Post_Is413_AndNamesTheMember_ThatHasNoRoomInAnEvent(string path, string body, string pointer)
    {
        var answer = await shared.Server.PostAsync(path, body.Replace("LONG", new string('x', 300_000), StringComparison.Ordinal));

        (answer.Status, answer.Json.GetProperty("pointer").GetString()).ShouldBe((HttpStatusCode.RequestEntityTooLarge, pointer), answer.Text);
    }

    [Fact]
    public async Task Post_Is413_AndNamesTheMessage_ThatIsLargerThanAnEvent()
    {
        var answer = await shared.Server.PostAsync($"/agui/{_session}", $$$"""{"threadId":"t","runId":"r","messages":[{"id":"m","role":"user","content":"{{{new string('x', 300_000)}}}"}]}""");

        (answer.Status, answer.Json.GetProperty("pointer").GetString()).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "/messages/0"));
    }
}
