using System.Net;
using EventStream.Tests.Dialects.AiSdk;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;
using static EventStream.Tests.AiSdk.ChatSite;

namespace EventStream.Tests.AiSdk;

/// <summary>Clients that count the chunks that they have, as <c>WorkflowChatTransport</c> does, and ask for the rest.</summary>
public sealed class CountedChatTests : IAsyncLifetime
{
    private ChatSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await ChatSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Resume_TellsWhatFollowsEveryChunk()
    {
        using var answer = await _site.PostAsync(Body("c", User("m1", "One tool two three")));
        var whole = await answer.ReadToEndAsync();
        for (var index = 0; index < whole.Count - 1; index++)
        {
            using var rest = await _site.ResumeAsync(answer.Run, $"?startIndex={index}");
            (await rest.ReadToEndAsync()).ShouldBe(whole.Skip(index), $"from {index}");
            rest.Header("x-workflow-stream-tail-index").ShouldBe($"{whole.Count - 2}");
            using var last = await _site.ResumeAsync(answer.Run, $"?startIndex=-{index + 1}");
            (await last.ReadToEndAsync()).ShouldBe(whole.TakeLast(index + 2));
        }
        using var behind = await _site.ResumeAsync(answer.Run, $"?startIndex={whole.Count + 7}");
        (await behind.TypesAsync()).ShouldBe(["finish", "[DONE]"]);
    }

    [Fact]
    public async Task Resume_GoesOnLive_BehindTheChunksThatThereAre()
    {
        using var answer = await _site.PostAsync(Body("c", User("m1", "One gate:two two")));
        await answer.ReadUntilAsync("One");
        using var rest = await _site.ResumeAsync(answer.Run, "?startIndex=3");
        _site.Open("two");
        (await rest.ReadToEndAsync()).ShouldBe((await answer.ReadToEndAsync()).Skip(3));
    }

    [Fact]
    public async Task Resume_CountsFromTheAnswer_OfAQuestion()
    {
        using var asked = await _site.PostAsync(Body("c", User("m1", "ask gate:end done")), "?ai=7");
        var question = System.Text.Json.JsonElement.Parse((await asked.ReadUntilAsync("approvalId"))[^1]).GetProperty("approvalId").GetString();
        var run = asked.Run.Split('~')[1];
        var message = $$$"""{"id":"{{{run}}}","role":"assistant","parts":[{"type":"dynamic-tool","toolName":"write","toolCallId":"t","state":"approval-responded","input":{},"approval":{"id":"{{{question}}}","approved":true}}]}""";
        using var goesOn = await _site.PostAsync(Body("c", User("m1", "ask gate:end done"), message), "?ai=7");
        await goesOn.ReadUntilAsync("tool-output-available");
        using var rest = await _site.ResumeAsync(goesOn.Run, "?startIndex=1&ai=7");
        _site.Open("end");

        goesOn.Run.ShouldBe($"{asked.Run}~4");
        (await rest.ReadToEndAsync()).ShouldBe((await goesOn.ReadToEndAsync()).Skip(1));
        // At the question itself there is nothing but its end.
        using var paused = await _site.ResumeAsync(asked.Run, "?startIndex=3&ai=7");
        (await paused.TypesAsync())[0].ShouldBe("finish");
    }

    [Fact]
    public async Task Resume_Fails_AndFinishes_WhenTheLogHasLostTheStart()
    {
        await using var site = await ChatSite.StartAsync(TestServer.Start(new() { ["Log:MaxEvents"] = "8" }));
        using (var unknown = await site.ResumeAsync("c~none", "?startIndex=0"))
        {
            (unknown.Status, string.Join(' ', await unknown.TypesAsync())).ShouldBe((HttpStatusCode.OK, "error finish [DONE]"));
        }
        await site.Server.AppendAsync("c", [AiSdkSession.Event("run_started", "{}") with { SessionId = "c" }, .. Enumerable.Range(0, 20).Select(number => AiSdkSession.Event("agent_message_delta", $$"""{"message_id":"m","delta":"{{number}}"}""") with { SessionId = "c" })]);
        using var lost = await site.ResumeAsync("c~r", "?startIndex=3");
        (await lost.ReadToEndAsync()).ShouldBe(["""{"type":"error","errorText":"session:c no longer holds the start of run 'r'."}""", """{"type":"finish","finishReason":"error"}""", "[DONE]"]);
    }

    [Theory]
    [InlineData("/api/chat/c~r/stream?startIndex=x")]
    [InlineData("/api/chat/c~r/stream?startIndex=1.5")]
    [InlineData("/api/chat/c~r/stream?startIndex=-9223372036854775808")]
    [InlineData("/api/chat/c~r/stream?startIndex=2147483648")]
    [InlineData("/api/chat/c~r~x/stream")]
    [InlineData("/api/chat/c~r~9223372036854775807/stream")]
    [InlineData("/api/chat/c~/stream")]
    public async Task Resume_NamesTheRule_ThatIsBroken(string path) => (await _site.Server.GetAsync(path)).Status.ShouldBe(HttpStatusCode.BadRequest);
}
