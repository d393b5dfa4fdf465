using System.Text.Json;
using EventStream.Tests.Dialects.AgUi;
using EventStream.Tests.Dialects.AiSdk;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>Streams of a run in the dialect of the AI SDK: they begin with its first chunk, go on live, and end with it.</summary>
public sealed class AiSdkStreamTests : IAsyncDisposable
{
    private const string Session = "s";
    private const string Path = $"/events/{Session}?dialect=ai-sdk&run_id={AiSdkSession.Run}";

    // A busy machine may take longer than a client should wait.
    private readonly TestServer _server = TestServer.Start(new() { ["Streaming:JoinTimeout"] = "00:00:30" });

    public static TheoryData<string> Sources => [.. AgUiSession.Sources];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_TellsARunFromItsStart_AndEndsWithIt()
    {
        await _server.AppendAsync(Session, Other(), Delta("One"), Other());
        await using var client = await _server.OpenAsync(Path);
        (await client.NextAsync(3)).Select(item => Type(item.Data)).ShouldBe(["start", "text-start", "text-delta"]);
        var cursors = await _server.AppendAsync(Session, Other(), Delta(" two"), AiSdkSession.Event("run_completed", "{}"), Other());

        var next = await client.NextAsync();
        (next.EventType, next.EventId, Type(next.Data)).ShouldBe(("message", $"{cursors[1]}", "text-delta"));
        (await client.ReadToEndAsync()).Select(item => Type(item.Data)).ShouldBe(["text-end", "finish", "[DONE]"]);
        client.Raw.ShouldNotContain("event:");
        client.Raw.ShouldNotContain("\r");
        client.Response.Headers.GetValues("x-vercel-ai-ui-message-stream").ShouldBe(["v1"]);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Get_TellsTheSameChunks_WheneverAClientJoins(string source)
    {
        // A client that is there when the run waits for a person reads up to there.
        var events = AiSdkSession.Of(source).Where(next => next.Type is not ("run_awaiting_input" or "tool_approval_requested")).Select(next => next with { SessionId = Session }).ToList();
        var clients = new List<SseClient>();
        foreach (var next in events)
        {
            clients.Add(await _server.OpenAsync(Path));
            await _server.AppendAsync(Session, next);
        }
        await using var whole = await _server.OpenAsync(Path);
        var told = (await whole.ReadToEndAsync()).Select(item => item.Data).ToList();
        told[^1].ShouldBe("[DONE]");
        foreach (var client in clients)
        {
            await using (client) (await client.ReadToEndAsync()).Select(item => item.Data).ShouldBe(told);
        }
    }

    [Fact]
    public async Task Get_GoesOnBehindACursor()
    {
        var cursors = await _server.AppendAsync(Session, Delta("One"), Delta(" two"), AiSdkSession.Event("run_completed", "{}"), Other());
        await using var client = await _server.OpenAsync($"{Path}&last_event_id={cursors[0]}");
        (await client.ReadToEndAsync()).Select(item => Type(item.Data)).ShouldBe(["text-delta", "text-end", "finish", "[DONE]"]);
        ((int)(await _server.GetAsync($"{Path}&last_event_id={cursors[2]}")).Status).ShouldBe(204);
    }

    [Fact]
    public async Task Get_EndsAtAQuestion_UntilItIsAnswered()
    {
        await _server.AppendAsync(Session, Delta("One"), Asked("q"));
        await using var waiting = await _server.OpenAsync($"{Path}&ai=7");
        (await waiting.ReadToEndAsync()).Select(item => Type(item.Data)).ShouldBe(["start", "text-start", "text-delta", "tool-input-available", "tool-approval-request", "text-end", "finish", "[DONE]"]);

        await _server.AppendAsync(Session, AiSdkSession.Event("run_awaiting_input", "{}"), AiSdkSession.Event("tool_approval_answered", """{"approval_id":"q","approved":true}"""));
        await using var going = await _server.OpenAsync($"{Path}&ai=5");
        (await going.NextAsync(8)).Select(item => Type(item.Data)).ShouldBe(["start", "text-start", "text-delta", "data-tool-approval", "text-end", "finish", "[DONE]", "data-tool-approval"]);
        await _server.AppendAsync(Session, Delta("Two"), Asked("q2"), Delta("Three"));
        (await going.ReadToEndAsync()).Select(item => Type(item.Data)).TakeLast(2).ShouldBe(["finish", "[DONE]"]);
    }

    [Fact]
    public async Task Get_IsCut_WhenTheServerStopsInTheMiddleOfARun()
    {
        var server = TestServer.Start();
        await server.AppendAsync(Session, Delta("One"));
        await using var client = await server.OpenAsync(Path);
        await client.NextAsync(3);
        await server.DisposeAsync();
        await Should.ThrowAsync<IOException>(client.ReadToEndAsync);
    }

    [Fact]
    public async Task Get_SaysThatTheSessionWasDeleted()
    {
        await _server.AppendAsync(Session, Delta("One"));
        await using var client = await _server.OpenAsync(Path);
        await client.NextAsync(3);
        (await _server.Client.DeleteAsync(new Uri(_server.Address, $"/events/{Session}"), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        (await client.ReadToEndAsync()).Select(item => Type(item.Data)).ShouldBe(["error", "finish", "[DONE]"]);
    }

    [Fact]
    public async Task Connect_TellsTheSame_OverWebSocket()
    {
        var cursors = await _server.AppendAsync(Session, Delta("One"), AiSdkSession.Event("run_completed", "{}"));
        await using var client = await WebSocketClient.OpenAsync(_server.Address, $"/ws{Path}");
        var told = (await client.ReadToEndAsync()).Select(message => message.Text).ToList();
        // Only the last chunk of an event says that the event was read.
        told.Take(3).ShouldBe(["""{"data":{"type":"start","messageId":"r"}}""", """{"data":{"type":"text-start","id":"m"}}""", $$$"""{"id":"{{{cursors[0]}}}","data":{"type":"text-delta","id":"m","delta":"One"}}"""]);
        told[^1].ShouldBe($$"""{"id":"{{cursors[1]}}","data":"[DONE]"}""");
    }

    [Theory]
    [InlineData("/events/s?dialect=ai-sdk", "dialect is ai-sdk and needs run_id")]
    [InlineData("/projects/p/events?dialect=ai-sdk&run_id=r", "dialect is 'ai-sdk', which")]
    [InlineData($"{Path}&names=native", "names can't")]
    [InlineData($"{Path}&types=run_*", "types can't")]
    [InlineData($"{Path}&close=session", "close is session, but")]
    [InlineData($"{Path}&from=live", "from is live, but")]
    [InlineData($"{Path}&ai=4", "ai is '4'; it is 5, 6 or 7")]
    [InlineData("/events/s?ai=6", "ai is the version of the AI SDK")]
    public async Task Get_RefusesWhatCantBeTold(string path, string title)
    {
        var answer = await _server.GetAsync(path);
        ((int)answer.Status, answer.Title![..title.Length]).ShouldBe((400, title));
    }

    private static EventStream.Events.Event Delta(string text) => AiSdkSession.Event("agent_message_delta", $$"""{"message_id":"m","delta":"{{text}}"}""");

    private static EventStream.Events.Event Asked(string question) => AiSdkSession.Event("tool_approval_requested", $$$"""{"approval_id":"{{{question}}}","tool_call_id":"t-{{{question}}}","tool_name":"write","args":{"x":1}}""");

    private static EventStream.Events.Event Other() => AiSdkSession.Event("agent_message_delta", """{"message_id":"n","delta":"x"}""", "other");

    private static string? Type(string data) => data == "[DONE]" ? data : JsonElement.Parse(data).GetProperty("type").GetString();
}
