using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;
using static EventStream.Tests.AiSdk.ChatSite;

namespace EventStream.Tests.AiSdk;

/// <summary>A chat of the AI SDK as its transport speaks: it posts its messages, reads the run, comes back to it, and stops it.</summary>
public sealed class ChatTests : IAsyncLifetime
{
    private ChatSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await ChatSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Post_AsksForARun_AndStreamsItToItsEnd()
    {
        using var answer = await _site.PostAsync(Body("c", User("m1", "Hello world")));
        var chunks = await answer.ReadToEndAsync();

        var run = answer.Run.Split('~')[1];
        answer.Run.ShouldStartWith("c~run-");
        chunks[0].ShouldBe($$"""{"type":"start","messageId":"{{run}}"}""");
        chunks.Select(ChatAnswer.TypeOf).ShouldBe(["start", "text-start", "text-delta", "text-delta", "text-end", "finish", "[DONE]"]);
        (answer.Header("x-vercel-ai-ui-message-stream"), answer.Header("x-accel-buffering")).ShouldBe(("v1", "no"));
        var history = (await _site.Server.GetAsync("/events/c/history?types=message_created,run_*")).Json.GetProperty("events").EnumerateArray().Select(next => next.GetProperty("type").GetString());
        history.ShouldBe(["message_created", "run_requested", "run_started", "run_completed"]);
    }

    [Fact]
    public async Task Post_JoinsTheRun_WhenItIsRepeated()
    {
        var body = Body("c", User("m1", "One gate:two two"));
        using var first = await _site.PostAsync(body);
        await first.ReadUntilAsync("One");
        using var second = await _site.PostAsync(body);
        await second.ReadUntilAsync("One");
        _site.Open("two");

        (await second.ReadToEndAsync()).ShouldBe(await first.ReadToEndAsync());
        second.Run.ShouldBe(first.Run);
        using var late = await _site.PostAsync(body);
        (await late.ReadToEndAsync()).ShouldBe(await first.ReadToEndAsync());
    }

    [Fact]
    public async Task Post_AsksAnew_WhenTheRunHasFailed_OrAnotherAnswerIsWanted()
    {
        var body = Body("c", User("m1", "fail"));
        using var failed = await _site.PostAsync(body);
        (await failed.ReadToEndAsync()).TakeLast(3).ShouldBe(["""{"type":"error","errorText":"It failed."}""", """{"type":"finish","finishReason":"error"}""", "[DONE]"]);
        using var again = await _site.PostAsync(body);
        using var anew = await _site.PostAsync(body.Replace("submit", "regenerate", StringComparison.Ordinal));
        ((string[])[failed.Run, again.Run, anew.Run]).ShouldBeUnique();
    }

    [Fact]
    public async Task Resume_ReplaysTheNewestRunThatGoesOn_FromItsFirstChunk()
    {
        using (var nothing = await _site.ResumeAsync("c")) nothing.Status.ShouldBe(HttpStatusCode.NoContent);
        using var first = await _site.PostAsync(Body("c", User("m1", "One gate:two two")));
        await first.ReadUntilAsync("One");

        using var resumed = await _site.ResumeAsync("c");
        await resumed.ReadUntilAsync("One");
        _site.Open("two");
        (await resumed.ReadToEndAsync()).ShouldBe(await first.ReadToEndAsync());
        using (var nothing = await _site.ResumeAsync("c")) nothing.Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Stop_EndsTheRun_AndSaysSo()
    {
        (await _site.Server.PostAsync("/api/chat/c/stop", "")).Text.ShouldContain("\"stopped\":false");
        using var answer = await _site.PostAsync(Body("c", User("m1", "One gate:never two")));
        await answer.ReadUntilAsync("One");
        var stopped = await _site.Server.PostAsync("/api/chat/c/stop", """{"activeStreamId":"x"}""");

        (stopped.Json.GetProperty("stopped").GetBoolean(), stopped.Json.GetProperty("run_id").GetString()).ShouldBe((true, answer.Run.Split('~')[1]));
        (await answer.TypesAsync()).TakeLast(4).ShouldBe(["text-end", "abort", "finish", "[DONE]"]);
        // Nothing happens to a run that has ended, nor to another in its place.
        using var other = await _site.PostAsync(Body("c", User("m2", "One gate:never two")));
        await other.ReadUntilAsync("One");
        (await _site.Server.PostAsync($"/api/chat/{answer.Run}/stop", $$$"""{"assistantMessage":{"id":"{{{answer.Run.Split('~')[1]}}}"}}""")).Json.GetProperty("stopped").GetBoolean().ShouldBeFalse();
        (await _site.Server.PostAsync("/api/chat/c/stop", $$$"""{"assistantMessage":{"id":"{{{answer.Run.Split('~')[1]}}}"}}""")).Json.GetProperty("stopped").GetBoolean().ShouldBeFalse();
        (await _site.Server.GetAsync("/events/c/history?types=run_interrupt_requested")).Json.GetProperty("events").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData(true, "tool-input-available,tool-output-available,text-start,text-delta,text-end,finish,[DONE]")]
    [InlineData(false, "tool-output-denied,text-start,text-delta,text-end,finish,[DONE]")]
    public async Task Post_GoesOnWithTheRun_WhenItAnswersItsQuestion(bool isApproved, string expected)
    {
        using var asked = await _site.PostAsync(Body("c", User("m1", "ask done")), "?ai=7");
        (await asked.TypesAsync()).ShouldBe(["start", "tool-input-available", "tool-approval-request", "finish", "[DONE]"]);
        // Who reloads the page is asked too.
        using var reloaded = await _site.ResumeAsync("c", "?ai=6");
        (await reloaded.ReadToEndAsync()).ShouldBe(await asked.ReadToEndAsync());

        var question = System.Text.Json.JsonElement.Parse((await asked.ReadToEndAsync())[2]).GetProperty("approvalId").GetString();
        var run = asked.Run.Split('~')[1];
        var answer = Body("c", User("m1", "ask done"), $$$"""{"id":"{{{run}}}","role":"assistant","parts":[{"type":"dynamic-tool","toolName":"write","toolCallId":"write-{{{run}}}","state":"approval-responded","input":{},"approval":{"id":"{{{question}}}","approved":{{{(isApproved ? "true" : "false")}}}}}]}""");
        using var goesOn = await _site.PostAsync(answer, "?ai=7");
        (await goesOn.TypesAsync()).ShouldBe(expected.Split(','));
        goesOn.Run.ShouldStartWith(asked.Run);
        // The first answer counts; who says it again reads the same.
        using var again = await _site.PostAsync(answer, "?ai=7");
        (await again.ReadToEndAsync()).ShouldBe(await goesOn.ReadToEndAsync());
    }

    [Fact]
    public async Task Post_GivesTheAgent_WhatThePageAdds()
    {
        await _site.HostAsync("scout");
        using var answer = await _site.PostAsync(Body("c", User("m1", "Hi")).Replace("\"trigger\"", "\"model\":\"small\",\"trigger\"", StringComparison.Ordinal), "?agent=scout");
        await answer.ReadToEndAsync();
        var request = (await _site.Server.GetAsync("/events/c/history?types=run_requested")).Json.GetProperty("events")[0].GetProperty("payload");
        (request.GetProperty("agent").GetString(), request.GetProperty("input").GetProperty("model").GetString()).ShouldBe(("scout", "small"));
    }

    [Fact]
    public async Task Post_Streams_ResultsOf200KB_WithMembersThatTheParserRefuses()
    {
        using var answer = await _site.PostAsync(Body("c", User("m1", "tool")));
        var output = System.Text.Json.JsonElement.Parse((await answer.ReadToEndAsync()).Single(chunk => chunk.Contains("tool-output-available", StringComparison.Ordinal))).GetProperty("output").GetString()!;
        (output.Length > 200_000, output[..15]).ShouldBe((true, """{"__proto__":1,"""));
    }

    [Fact]
    public async Task Post_HoldsNothingOfItsBody_WhileItStreams()
    {
        var budget = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<EventStream.Api.Publishing.BodyReader>(_site.Server.Services).Budget;
        using var answer = await _site.PostAsync(Body("c", User("m0", new string('x', 150_000)), User("m1", "One gate:two two")));
        await answer.ReadUntilAsync("One");
        budget.Taken.ShouldBe(0);
        _site.Open("two");
    }

    [Fact]
    public async Task Post_IsRefused_WhenItHoldsAPartOfARunThatGoesOn()
    {
        using var answer = await _site.PostAsync(Body("c", User("m1", "One gate:two two")));
        await answer.ReadUntilAsync("One");
        using var refused = await _site.PostAsync(Body("c", User("m1", "One gate:two two"), $$"""{"id":"{{answer.Run.Split('~')[1]}}","role":"assistant","parts":[]}"""));
        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        (await refused.ProblemAsync()).GetProperty("title").GetString()!.ShouldContain("resumeStream()");
    }

    [Theory]
    [InlineData("""{"messages":[]}""", "/id")]
    [InlineData("""{"id":"c"}""", "/messages")]
    [InlineData("""{"id":"c","messages":[]}""", "/messages")]
    [InlineData("""{"id":"c","messages":[7]}""", "/messages/0")]
    [InlineData("""{"id":"c","messages":[{"role":"user","parts":[]}]}""", "/messages/0/id")]
    [InlineData("""{"id":"c","messages":[{"id":"m","role":"tool","parts":[]}]}""", "/messages/0/role")]
    [InlineData("""{"id":"c","messages":[{"id":"m","role":"user","content":"x"}]}""", "/messages/0/parts")]
    [InlineData("""{"id":"c","messages":[{"id":"m","role":"user","parts":["x"]}]}""", "/messages/0/parts/0/type")]
    [InlineData("""{"id":"c","messages":[{"id":"m","role":"user","parts":[{"type":"text","text":1}]}]}""", "/messages/0/parts/0/text")]
    [InlineData("""{"id":"c","messages":[{"id":"m","role":"user","parts":[]}],"trigger":"other"}""", "/trigger")]
    [InlineData("""{"id":"c","messages":[{"id":"m","role":"assistant","parts":[{"type":"dynamic-tool","state":"approval-responded","approval":{"id":"a"}}]}]}""", "/messages/0/parts/0/approval/approved")]
    [InlineData("""{"id":"a b","messages":[{"id":"m","role":"user","parts":[]}]}""", "/id")]
    [InlineData("""{"id":"c","messages":[{"id":"\ud800","role":"user","parts":[]}]}""", null)]
    [InlineData("""{"id":"c~r","messages":[{"id":"m","role":"user","parts":[]}]}""", "/id")]
    [InlineData("[]", null)]
    [InlineData("not json", null)]
    public async Task Post_NamesTheMember_ThatIsWrong(string body, string? pointer)
    {
        using var answer = await _site.PostAsync(body);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await answer.ProblemAsync();
        (problem.TryGetProperty("pointer", out var told) ? told.GetString() : null).ShouldBe(pointer, $"{problem}");
    }

    [Theory]
    [InlineData("/api/chat/-x/stream")]
    [InlineData("/api/chat/c/stream?ai=8")]
    public async Task Resume_NamesTheRule_ThatIsBroken(string path) => (await _site.Server.GetAsync(path)).Status.ShouldBe(HttpStatusCode.BadRequest);
}
