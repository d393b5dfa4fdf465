using System.Net;
using System.Text.Json;
using EventStream.Dispatching;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.AgUi;

/// <summary>Runs that clients of AG-UI post.</summary>
public sealed class AgUiRunTests : AgUiContext
{
    private static readonly string[] Whole =
    [
        "RUN_STARTED", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT",
        "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "RUN_FINISHED",
    ];

    [Fact]
    public async Task Post_AsksForTheRun_AndStreamsIt_UnderThePostedNames_UntilItEnds()
    {
        await HostAsync(SayAsync);

        var told = await AllAsync(Input("r1"));

        Types(told).ShouldBe(Whole);
        foreach (var boundary in (JsonElement[])[Json(told[0]), Json(told[^1])])
            (boundary.GetProperty("threadId").GetString(), boundary.GetProperty("runId").GetString()).ShouldBe(("t", "r1"));
        told.Select(item => item.EventType).Distinct().ShouldBe(["message"]);
    }

    [Fact]
    public async Task Post_GivesTheAgentWhatIsNew()
    {
        var inputs = new List<string>();
        await HostAsync((run, stop) =>
        {
            inputs.Add(run.Input!.Value.GetRawText());
            return SayAsync(run, stop);
        });

        await AllAsync(Input("r1", more: ""","state":{"a":1},"forwardedProps":{"model":"m"}"""));
        await AllAsync(Input("r2", """{"id":"m1","role":"user","content":"Is it up?"},{"id":"a-r1","role":"assistant","content":"It is up."},{"id":"m2","role":"user","content":[{"type":"text","text":"And now?"}]}"""));

        inputs.ShouldBe([
            """{"messages":[{"id":"m1","role":"user","content":"Is it up?"}],"state":{"a":1},"forwarded_props":{"model":"m"}}""",
            """{"messages":[{"id":"m2","role":"user","content":"And now?","parts":[{"type":"text","text":"And now?"}]}]}""",
        ]);
    }

    [Fact]
    public async Task Post_GoesOnExactly_BehindEveryEventThatItTold()
    {
        await HostAsync(SayAsync);
        var whole = await AllAsync(Input("r1"));
        whole.Select(item => item.EventId).ShouldBeUnique();

        for (var told = 1; told < whole.Count; told++)
        {
            var rest = await AllAsync(Input("r1"), lastEventId: whole[told - 1].EventId);
            whole.Take(told).Concat(rest).Select(item => item.Data).ShouldBe(whole.Select(item => item.Data), $"behind {whole[told - 1].EventId}");
            rest.Select(item => item.EventId).ShouldBe(whole.Skip(told).Select(item => item.EventId));
        }
    }

    [Fact]
    public async Task Post_TellsTheEndAgain_UnderAPlaceOfItsOwn_WhenTheClientHasReadIt()
    {
        await HostAsync(SayAsync);
        var whole = await AllAsync(Input("r1"));

        var again = await AllAsync(Input("r1"), lastEventId: whole[^1].EventId);

        again.Single().Data.ShouldBe(whole[^1].Data);
        again.Single().EventId.ShouldBe($"{whole[^1].EventId}.e");
        (await AllAsync(Input("r1"), lastEventId: again.Single().EventId)).Single().Data.ShouldBe(whole[^1].Data);
    }

    [Fact]
    public async Task Post_JoinsARunThatGoesOn_WithAllThatWasSaid_AndAllThatFollows()
    {
        var go = new TaskCompletionSource();
        await HostAsync(async (run, stop) =>
        {
            await run.Events.AgentMessageDeltaAsync("a1", "It is ", cancellationToken: stop);
            await go.Task.WaitAsync(stop);
            await run.Events.AgentMessageDeltaAsync("a1", "up.", cancellationToken: stop);
        });
        await using var first = await PostAsync(Input("r1"));
        await first.ReadUntilAsync(item => TypeOf(item) == "TEXT_MESSAGE_CONTENT");

        await using var second = await PostAsync(Input("r1", """{"id":"s","role":"system","content":"Be brief.","name":null},{"id":"m1","role":"user","content":"Is it up?"}"""));
        var opening = await second.NextAsync(3);
        go.SetResult();
        var rest = await second.ReadToEndAsync();

        Types(opening).ShouldBe(["RUN_STARTED", "MESSAGES_SNAPSHOT", "TEXT_MESSAGE_START"]);
        Json(opening[1]).GetProperty("messages").GetRawText().ShouldBe("""[{"id":"s","role":"system","content":"Be brief."},{"id":"m1","role":"user","content":"Is it up?"},{"id":"a1","role":"assistant","content":"It is "}]""");
        Types(rest).ShouldBe(["TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "RUN_FINISHED"]);
        Types(await first.ReadToEndAsync()).ShouldBe(Types(rest));
        (await LogTypesAsync()).Count(type => type == "run_requested").ShouldBe(1);
        // Its opening can be cut, too.
        foreach (var (place, number) in opening.SkipLast(1).Select((item, number) => (item.EventId!, number)))
            Types(await AllAsync(Input("r1", """{"id":"s","role":"system","content":"Be brief."},{"id":"m1","role":"user","content":"Is it up?"}"""), place)).ShouldBe([.. Types(opening)[(number + 1)..], .. Types(rest)]);
    }

    [Fact]
    public async Task Post_TellsARunThatHasEnded_AsItEnded()
    {
        await HostAsync((run, _) => throw new InvalidOperationException("broken"));
        Types(await AllAsync(Input("r1"))).ShouldBe(["RUN_STARTED", "RUN_ERROR"]);

        Types(await AllAsync(Input("r1"))).ShouldBe(["RUN_STARTED", "MESSAGES_SNAPSHOT", "RUN_ERROR"]);
    }

    [Theory]
    [InlineData(""","protocolVersion":"1.0" """, "outcome", """{"type":"cancelled"}""")]
    [InlineData("", "result", """{"cancelled":true}""")]
    public async Task Post_SaysThatARunWasStopped_InTheWordsThatTheClientKnows(string more, string member, string value)
    {
        await HostAsync((run, stop) => Task.Delay(Timeout.Infinite, stop));
        await using var stream = await PostAsync(Input("r1", more: more));
        await stream.NextAsync();

        await Eventually.TrueAsync(async () => (await LogTypesAsync()).Contains("run_started"), TestContext.Current.CancellationToken);
        await Server.PostAsync($"/sessions/{Session}/runs/r1/interrupt", "{}");

        Json((await stream.ReadToEndAsync())[^1]).GetProperty(member).GetRawText().ShouldBe(value);
    }

    [Fact]
    public async Task Post_TellsTheAskedRun_WhileAnotherGoesOn()
    {
        await Server.AppendAsync(Session, Dialects.AgUi.AgUiSession.Event("agent_message_delta", """{"message_id":"x","delta":"Other"}""", "other") with { SessionId = Session });
        await HostAsync(SayAsync);

        Types(await AllAsync(Input("r1"))).ShouldBe(Whole);
    }

    [Fact]
    public async Task Post_EndsWithAnError_WhenTheLogHasLostTheEndOfTheRun()
    {
        await using var server = TestServer.Start(new() { ["Log:MaxEvents"] = "100" });
        await server.AppendAsync(Session, Dialects.AgUi.AgUiSession.Event("run_completed", """{"run_id":"r1"}""", "r1") with { SessionId = Session });
        await server.AppendAsync(Session, [.. Enumerable.Range(0, 300).Select(number => Dialects.AgUi.AgUiSession.Event("notification", $$"""{"message":"{{number}}","severity":"info"}""", null) with { SessionId = Session })]);

        await using var stream = await SseClient.PostAsync(server.Client, $"/agui/{Session}", Input("r1"));
        var told = await stream.ReadToEndAsync();

        Types(told).ShouldBe(["RUN_STARTED", "MESSAGES_SNAPSHOT", "CUSTOM", "RUN_ERROR"]);
        Json(told[^1]).GetProperty("code").GetString().ShouldBe("log_lost");
    }

    [Fact]
    public async Task Post_SaysSo_WhenTheLogHasLostTheStartOfTheRun()
    {
        await using var server = TestServer.Start(new() { ["Log:MaxEvents"] = "100" });
        await server.AppendAsync(Session, Dialects.AgUi.AgUiSession.Event("run_started", """{"run_id":"r1"}""", "r1") with { SessionId = Session });
        await server.AppendAsync(Session, [.. Enumerable.Range(0, 300).Select(number => Dialects.AgUi.AgUiSession.Event("agent_message_delta", $$"""{"message_id":"a1","delta":"{{number}} "}""", "r1") with { SessionId = Session })]);

        await using var stream = await SseClient.PostAsync(server.Client, $"/agui/{Session}", Input("r1"));
        var told = await stream.NextAsync(4);

        Types(told).ShouldBe(["RUN_STARTED", "MESSAGES_SNAPSHOT", "CUSTOM", "TEXT_MESSAGE_START"]);
        Json(told[1]).GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("id").GetString()).ShouldBe(["m1", "a1"]);
        Json(told[2]).GetRawText().ShouldBe("""{"type":"CUSTOM","name":"log_truncated","value":{"run_id":"r1"}}""");
    }

    [Fact]
    public async Task Post_EndsWithAnError_WhenTheSessionIsDeleted()
    {
        await using var stream = await PostAsync(Input("r1"));
        await stream.NextAsync();

        await Server.DeleteAsync($"/events/{Session}");

        Types(await stream.ReadToEndAsync()).ShouldBe(["RUN_ERROR"]);
    }

    [Fact]
    public async Task Post_IsCut_NotEnded_WhenTheServerStops()
    {
        await using var stream = await PostAsync(Input("r1"));
        await stream.NextAsync();

        await Server.StopAsync();

        await Should.ThrowAsync<Exception>(stream.ReadToEndAsync);
    }

    [Fact]
    public async Task Post_WithAnswers_GoesOnWithTheRun_UnderTheNewName()
    {
        await HostAsync(async (run, stop) =>
        {
            await run.Events.ToolCallStartedAsync("c1", "restart", new { name = "web" }, cancellationToken: stop);
            var answer = await run.ApproveAsync("c1", "restart", new { name = "web" }, "It restarts a server.");
            await run.Events.AgentMessageEndAsync("a1", $"{answer.IsApproved} {answer.Reason}", cancellationToken: stop);
        });

        var asked = await AllAsync(Input("r1"));
        var interrupt = Json(asked[^1]).GetProperty("outcome").GetProperty("interrupts")[0];
        var resume = Input("r2", more: $$$""","resume":[{"interruptId":"{{{interrupt.GetProperty("id").GetString()}}}","status":"resolved","payload":{"approved":false,"reason":"Not now."}}]""");
        var rest = await AllAsync(resume);
        var again = await AllAsync(resume);

        TypeOf(asked[^1]).ShouldBe("RUN_FINISHED");
        (interrupt.GetProperty("toolCallId").GetString(), interrupt.GetProperty("message").GetString()).ShouldBe(("c1", "It restarts a server."));
        Types(await AllAsync(Input("r1")))[^1].ShouldBe("RUN_FINISHED");
        foreach (var told in (List<System.Net.ServerSentEvents.SseItem<string>>[])[rest, again])
        {
            foreach (var boundary in (JsonElement[])[Json(told[0]), Json(told[^1])]) boundary.GetProperty("runId").GetString().ShouldBe("r2");
            Json(told[^1]).GetProperty("outcome").GetRawText().ShouldBe("""{"type":"success"}""");
        }
        string.Join('\n', rest.Select(item => item.Data)).ShouldContain("False Not now.");
        (await LogTypesAsync()).Count(type => type is "run_requested" or "tool_approval_answered").ShouldBe(2);
    }

    [Fact]
    public async Task Post_WithInput_AsksForARunOfItsOwn_WhichIsGivenTheInput()
    {
        await Server.AppendAsync(Session, [.. new[] { ("run_started", """{"run_id":"r1"}"""), ("run_awaiting_input", """{"run_id":"r1"}""") }.Select(told => Dialects.AgUi.AgUiSession.Event(told.Item1, told.Item2, "r1") with { SessionId = Session })]);
        var inputs = new List<string>();
        await HostAsync((run, stop) =>
        {
            inputs.Add(run.Input!.Value.GetRawText());
            return SayAsync(run, stop);
        });

        var waiting = await AllAsync(Input("r1"));
        var interrupts = Json(waiting[^1]).GetProperty("outcome").GetProperty("interrupts");
        var told = await AllAsync(Input("r2", more: ""","resume":[{"interruptId":"r1","status":"resolved","payload":{"city":"Bern"}}]"""));

        interrupts.GetRawText().ShouldBe("""[{"id":"r1","reason":"input_required"}]""");
        Json(told[^1]).GetProperty("outcome").GetRawText().ShouldBe("""{"type":"success"}""");
        inputs.ShouldBe(["""{"messages":[{"id":"m1","role":"user","content":"Is it up?"}],"resume":[{"interruptId":"r1","status":"resolved","payload":{"city":"Bern"}}]}"""]);
    }

    [Fact]
    public async Task Post_AsksAgain_WhenASecondQuestionWaits()
    {
        await HostAsync(async (run, stop) => await Task.WhenAll(run.ApproveAsync("c1", "one"), run.ApproveAsync("c2", "two")).WaitAsync(stop));
        await AllAsync(Input("r1"));
        await Eventually.TrueAsync(async () => (await LogTypesAsync()).Count(type => type == "tool_approval_requested") == 2, TestContext.Current.CancellationToken);

        var both = Interrupts(await AllAsync(Input("r1")));
        var left = Interrupts(await AllAsync(Answer("r2", both[0])));
        var end = await AllAsync(Answer("r3", left[0]));

        both.Length.ShouldBe(2);
        left.ShouldBe([both[1]]);
        Json(end[^1]).GetProperty("outcome").GetRawText().ShouldBe("""{"type":"success"}""");

        static string[] Interrupts(List<System.Net.ServerSentEvents.SseItem<string>> told) => [.. Json(told[^1]).GetProperty("outcome").GetProperty("interrupts").EnumerateArray().Select(interrupt => interrupt.GetProperty("id").GetString()!)];

        static string Answer(string run, string question) => Input(run, more: $$""","resume":[{"interruptId":"{{question}}","status":"resolved"}]""");
    }

    [Fact]
    public async Task Post_IsAConflict_WhenTheRunWasAskedForInAnotherThread()
    {
        await using var stream = await PostAsync(Input("r1"));

        (await Server.PostAsync($"/agui/{Session}", Input("r1", thread: "other"))).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Post_TakesResultsAndNamesAsTheyCome()
    {
        await HostAsync(async (run, stop) =>
        {
            await run.Events.PublishAsync(new ToolCallStarted { ToolCallId = "c1", ToolName = "read", Args = JsonElement.Parse("""{"__proto__":{"a":1},"constructor":{"prototype":{}}}""") }, stop);
            await run.Events.PublishAsync(new ToolCallResult { ToolCallId = "c1", ToolName = "read", Result = JsonElement.Parse($"\"{new string('x', 200_000)}\"") }, stop);
        });

        var told = await AllAsync(Input("r1"));

        Json(told.Single(item => TypeOf(item) == "TOOL_CALL_ARGS")).GetProperty("delta").GetString().ShouldBe("""{"__proto__":{"a":1},"constructor":{"prototype":{}}}""");
        Json(told.Single(item => TypeOf(item) == "TOOL_CALL_RESULT")).GetProperty("content").GetString()!.Length.ShouldBe(200_000);
    }

    private async Task<string[]> LogTypesAsync() =>
        [.. (await Server.GetAsync($"/events/{Session}/history?limit=1000")).Json.GetProperty("events").EnumerateArray().Select(next => next.GetProperty("type").GetString()!)];
}
