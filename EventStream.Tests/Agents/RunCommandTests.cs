using System.Net;
using System.Text.Json;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Agents;

/// <summary>The way back to agents, as people with curl use it.</summary>
public sealed class RunCommandTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly string _session = $"s-{Guid.NewGuid():N}";
    private readonly string _agent = $"agent-{Guid.NewGuid():N}";

    [Fact]
    public async Task Ask_StoresTheRequest_AndTellsItToTheAgent_AndToViewers()
    {
        await using var worker = await shared.Server.OpenAsync($"/agents/{_agent}/commands");
        await using var viewer = await shared.Server.OpenAsync($"/events/{_session}");
        await worker.NextAsync();
        await viewer.NextAsync();

        var answer = await PostAsync("runs", $$"""{"agent":"{{_agent}}","input":{"question":"Is it up?"},"run_id":"r1","requested_by":"ada"}""");

        answer.Status.ShouldBe(HttpStatusCode.Created);
        answer.Json.GetProperty("run_id").GetString().ShouldBe("r1");
        answer.Json.GetProperty("listeners").GetInt64().ShouldBe(1);
        foreach (var stream in (SseClient[])[worker, viewer])
        {
            var told = await stream.NextAsync();
            told.EventType.ShouldBe("run_requested");
            JsonElement.Parse(told.Data).GetProperty("payload").GetRawText().ShouldBe($$"""{"run_id":"r1","agent":"{{_agent}}","input":{"question":"Is it up?"},"requested_by":"ada"}""");
        }
    }

    [Fact]
    public async Task Ask_MakesARunId_AndHasNoListeners_WhenNobodyIsThere()
    {
        var answer = await PostAsync("runs", $$"""{"agent":"{{_agent}}"}""");

        answer.Status.ShouldBe(HttpStatusCode.Created);
        answer.Json.GetProperty("run_id").GetString()!.ShouldStartWith("run-");
        answer.Json.GetProperty("listeners").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task Ask_IsAnswered200_WhenItIsRepeated_And409_WhenTheRunIsAnotherAgents()
    {
        var body = $$"""{"agent":"{{_agent}}","run_id":"r1"}""";
        await PostAsync("runs", body);

        (await PostAsync("runs", body)).Status.ShouldBe(HttpStatusCode.OK);
        await StartAsync("r1");
        (await PostAsync("runs", body)).Status.ShouldBe(HttpStatusCode.OK);
        var refused = await PostAsync("runs", """{"agent":"other","run_id":"r1"}""");

        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Json.GetProperty("title").GetString().ShouldBe($"Run 'r1' is one of the agent '{_agent}'; ask for another run.");
        (await TypesAsync()).ShouldBe(["run_requested", "run_started"]);
    }

    [Theory]
    [InlineData("", "/agent must be given, such as")]
    [InlineData("{}", "/agent must be given, such as")]
    [InlineData("""{"agent":7}""", "/agent must be a text.")]
    [InlineData("""{"agent":"a b"}""", "agent is 'a b', which must be 1 to 128 characters")]
    [InlineData("""{"agent":"a","run_id":"!"}""", "/run_id must be 1 to 128 characters")]
    [InlineData("""{"agent":"a","inptu":1}""", "'inptu' is no member of this request; it has agent, input, run_id, requested_by.")]
    [InlineData("[]", "The body must be an object, such as")]
    [InlineData("{", "The body must be JSON, such as")]
    public async Task Ask_IsRefused_AndSaysWhatIsWrong(string body, string title)
    {
        var answer = await PostAsync("runs", body);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Text);
        answer.Json.GetProperty("title").GetString()!.ShouldStartWith(title);
    }

    [Fact]
    public async Task Ask_Is413_WhenTheInputIsLargerThanAnEventMayBe() =>
        (await PostAsync("runs", $$"""{"agent":"a","input":"{{new string('x', 256 * 1024)}}"}""")).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

    [Fact]
    public async Task Commands_ReachTheWorkerInOrder_WithItsAgent()
    {
        await PostAsync("runs", $$"""{"agent":"{{_agent}}","run_id":"r1"}""");
        await StartAsync("r1");
        await using var worker = await shared.Server.OpenAsync($"/agents/{_agent}/commands");
        await worker.NextAsync();

        foreach (var message in (string[])["one", "two", "three"]) (await PostAsync("runs/r1/steer", $$"""{"message":"{{message}}"}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await PostAsync("runs/r1/interrupt", """{"reason":"user_stop","requested_by":"ada"}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await PostAsync("runs/r1/interrupt", "")).Status.ShouldBe(HttpStatusCode.OK);

        (await worker.NextAsync(5)).Select(told => JsonElement.Parse(told.Data).GetProperty("payload").GetRawText()).ShouldBe([
            $$"""{"run_id":"r1","message":"one","agent":"{{_agent}}"}""", $$"""{"run_id":"r1","message":"two","agent":"{{_agent}}"}""", $$"""{"run_id":"r1","message":"three","agent":"{{_agent}}"}""",
            $$"""{"run_id":"r1","reason":"user_stop","requested_by":"ada","agent":"{{_agent}}"}""", $$"""{"run_id":"r1","agent":"{{_agent}}"}""",
        ]);
    }

    [Theory]
    [InlineData("interrupt", "")]
    [InlineData("steer", """{"message":"so"}""")]
    [InlineData("approvals/a1", """{"approved":true}""")]
    public async Task Command_Is404_ForAnUnknownRun_And409_ForOneThatHasEnded(string route, string body)
    {
        var unknown = await PostAsync($"runs/r1/{route}", body);
        await StartAsync("r1");
        await shared.Server.PostAsync($"/events/{_session}", """{"type":"run_completed","payload":{"run_id":"r1"}}""");

        var ended = await PostAsync($"runs/r1/{route}", body);

        (unknown.Status, unknown.Json.GetProperty("title").GetString()).ShouldBe((HttpStatusCode.NotFound, $"session:{_session} knows no run 'r1'; name its agent if it goes on all the same."));
        (ended.Status, ended.Json.GetProperty("title").GetString()).ShouldBe((HttpStatusCode.Conflict, "Run 'r1' has ended."));
        (await TypesAsync()).ShouldBe(["run_started", "run_completed"]);
    }

    [Theory]
    [InlineData("interrupt", """{"agent":"a"}""")]
    [InlineData("steer", """{"agent":"a","message":"so"}""")]
    [InlineData("approvals/a1", """{"agent":"a","approved":true}""")]
    public async Task Command_IsRefused_ForWhatIsNoRunId(string route, string body)
    {
        var answer = await PostAsync($"runs/!/{route}", body);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Title.ShouldStartWith("/run_id must be 1 to 128 characters");
    }

    [Fact]
    public async Task Ask_Is429_WhenTooManyRunsWait()
    {
        await using var server = TestServer.Start(new() { ["Log:MaxEndedRuns"] = "1" });
        await server.PostAsync($"/sessions/{_session}/runs", """{"agent":"a"}""");

        var answer = await server.PostAsync($"/sessions/{_session}/runs", """{"agent":"a","run_id":"r2"}""");

        (answer.Status, answer.Title).ShouldBe((HttpStatusCode.TooManyRequests, "/run_id is 'r2', one more run that waits in this session or has a lease; Log:MaxEndedRuns is the most of them. Ask again when one has ended."));
    }

    [Fact]
    public async Task Answer_CountsOnce_WhenTwoViewersAnswerAtOnce()
    {
        await StartAsync("r1");
        await AskWhetherAsync("a1", "r1");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => PostAsync("runs/r1/approvals/a1", $$"""{"approved":{{(number % 2 == 0 ? "true" : "false")}},"answered_by":"viewer-{{number}}"}""")));

        answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(answer => answer.Status == HttpStatusCode.Conflict).ShouldBe(9);
        answers.First(answer => answer.Status == HttpStatusCode.Conflict).Json.GetProperty("title").GetString()!.ShouldMatch("^'a1' was (approved|refused) already, by viewer-[0-9]; the first answer counts.$");
        (await TypesAsync()).ShouldBe(["run_started", "tool_approval_requested", "tool_approval_answered"]);
    }

    [Theory]
    [InlineData("interrupt", "", "run_interrupt_requested")]
    [InlineData("steer", "\"message\":\"less\",", "run_steered")]
    [InlineData("approvals/a1", "\"approved\":true,", "tool_approval_answered")]
    public async Task Command_ReachesARunWhoseStartHasLeftTheLog(string route, string members, string type)
    {
        await using var server = TestServer.Start(new() { ["Log:MaxEvents"] = "10" });
        await using var worker = await server.OpenAsync($"/agents/{_agent}/commands");
        await server.PostAsync($"/sessions/{_session}/runs", $$"""{"agent":"{{_agent}}","run_id":"r1"}""");
        await server.PostAsync($"/events/{_session}?claim=true", """{"type":"run_started","payload":{"run_id":"r1"}}""");
        await FillAsync(server);

        (await server.PostAsync($"/sessions/{_session}/runs/r1/{route}", $"{{{members.TrimEnd(',')}}}")).Status.ShouldBe(HttpStatusCode.OK);

        (await worker.ReadUntilAsync(told => told.EventType == type))[^1].Data.ShouldContain($"\"agent\":\"{_agent}\"");
    }

    [Fact]
    public async Task Ask_IsForOneAgent_WhenTheStartOfTheRunHasLeftTheLog()
    {
        await using var server = TestServer.Start(new() { ["Log:MaxEvents"] = "10" });
        await server.PostAsync($"/sessions/{_session}/runs", $$"""{"agent":"{{_agent}}","run_id":"r1"}""");
        await FillAsync(server);

        (await server.PostAsync($"/sessions/{_session}/runs", """{"agent":"another","run_id":"r1"}""")).Json.GetProperty("title").GetString().ShouldBe($"Run 'r1' is one of the agent '{_agent}'; ask for another run.");
        (await server.PostAsync($"/sessions/{_session}/runs", $$"""{"agent":"{{_agent}}","run_id":"r1"}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("interrupt", "", "run_interrupt_requested")]
    [InlineData("steer", "\"message\":\"less\",", "run_steered")]
    [InlineData("approvals/a1", "\"approved\":true,", "tool_approval_answered")]
    public async Task Command_ReachesARunThatTheSessionKnowsNoMore_WhenItNamesTheAgent(string route, string members, string type)
    {
        await using var server = TestServer.Start();
        await using var worker = await server.OpenAsync($"/agents/{_agent}/commands");
        (await server.PostAsync($"/sessions/{_session}/runs/r1/{route}", $"{{{members.TrimEnd(',')}}}")).Status.ShouldBe(HttpStatusCode.NotFound);

        (await server.PostAsync($"/sessions/{_session}/runs/r1/{route}", $$"""{{{members}}"agent":"{{_agent}}"}""")).Status.ShouldBe(HttpStatusCode.OK);

        await worker.ReadUntilAsync(told => told.EventType == type);
    }

    [Fact]
    public async Task Answer_ReachesAQuestion_WhoseIdHasASlash()
    {
        await StartAsync("r1");
        await AskWhetherAsync("step/1", "r1");

        (await PostAsync("runs/r1/approvals/step%2F1", """{"approved":true}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Answer_IsForItsRun_WhenAnotherAskedByTheSameId()
    {
        await StartAsync("r1");
        await StartAsync("r2");
        await AskWhetherAsync("a1", "r1");
        await AskWhetherAsync("a1", "r2");

        (await PostAsync("runs/r1/approvals/a1", """{"approved":true}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await PostAsync("runs/r2/approvals/a1", """{"approved":false}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Answer_IsToldThatThereIsOne_AlsoWhenTheRunHasEnded()
    {
        await StartAsync("r1");
        await AskWhetherAsync("a1", "r1");
        await PostAsync("runs/r1/approvals/a1", """{"approved":true,"answered_by":"ada"}""");
        await shared.Server.PostAsync($"/events/{_session}", """{"type":"run_completed","payload":{"run_id":"r1"}}""");

        (await PostAsync("runs/r1/approvals/a1", """{"approved":false}""")).Json.GetProperty("title").GetString().ShouldBe("'a1' was approved already, by ada; the first answer counts.");
    }

    [Fact]
    public async Task Answer_Is404_WhenTheRunDidntAsk_And400_WhenItDoesntSay()
    {
        await StartAsync("r1");
        await StartAsync("r2");
        await AskWhetherAsync("a1", "r2");

        (await PostAsync("runs/r1/approvals/a1", """{"approved":true}""")).Json.GetProperty("title").GetString().ShouldBe("Run 'r1' has asked nothing by the approval_id 'a1'.");
        (await PostAsync("runs/r2/approvals/a1", """{"approved":"yes"}""")).Json.GetProperty("title").GetString()!.ShouldStartWith("/approved must be true or false");
    }

    [Fact]
    public async Task Claim_IsGivenToOne_AndTheOthersAreTold409()
    {
        var claims = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ClaimAsync("r1", "claim=true&lease=600")));

        claims.Count(claim => claim.Status == HttpStatusCode.OK).ShouldBe(1);
        var refused = claims.First(claim => claim.Status == HttpStatusCode.Conflict);
        refused.Json.GetProperty("title").GetString().ShouldBe("Nothing was stored: run 'r1' has been started by another and can't be claimed.");
        refused.Json.GetProperty("receipts")[0].GetProperty("outcome").GetString().ShouldBe("run_taken");
        (await PostAsync("runs/r1/lease", "")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("claim=yes", "claim must be true or false.")]
    [InlineData("lease=30", "lease must go with a claim: say claim=true too.")]
    [InlineData("claim=true&lease=4", "lease must be 5 to 600 seconds, not 4.")]
    [InlineData("claim=true&lease=601", "lease must be 5 to 600 seconds, not 601.")]
    [InlineData("claim=true&lease=1e9", "lease must be a whole number of seconds, 5 to 600.")]
    [InlineData("claim=true&lease=5&lease=6", "lease must be a whole number of seconds, 5 to 600.")]
    public async Task Claim_IsRefused_WhenItCantBe(string query, string title)
    {
        var answer = await ClaimAsync("r1", query);

        (answer.Status, answer.Json.GetProperty("title").GetString()).ShouldBe((HttpStatusCode.BadRequest, title));
    }

    [Fact]
    public async Task Claim_IsRefused_WhenNothingIsClaimed() =>
        (await shared.Server.PostAsync($"/events/{_session}?claim=true", """{"type":"agent_thought","payload":{"content":"so"},"run_id":"r1"}""")).Json.GetProperty("title").GetString()
            .ShouldBe("claim must go with a run_started that has a run_id.");

    [Fact]
    public async Task Renew_Is409_WhenTheRunHasNoLease()
    {
        await StartAsync("r1");

        (await PostAsync("runs/r1/lease", "")).Json.GetProperty("title").GetString().ShouldBe("Run 'r1' has no lease of this caller: it has ended, or wasn't claimed with one, or by another.");
        (await PostAsync("runs/!/lease", "")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    private Task<HttpAnswer> PostAsync(string route, string body) => shared.Server.PostAsync($"/sessions/{_session}/{route}", body);

    private Task<HttpAnswer> ClaimAsync(string run, string query) => shared.Server.PostAsync($"/events/{_session}?{query}", $$$"""{"type":"run_started","payload":{"run_id":"{{{run}}}"}}""");

    private Task<HttpAnswer> StartAsync(string run) => shared.Server.PostAsync($"/events/{_session}", $$$"""{"type":"run_started","payload":{"run_id":"{{{run}}}"}}""");

    private Task<HttpAnswer> AskWhetherAsync(string approval, string run) =>
        shared.Server.PostAsync($"/events/{_session}", $$$$"""{"type":"tool_approval_requested","payload":{"approval_id":"{{{{approval}}}}","run_id":"{{{{run}}}}","tool_call_id":"t1","tool_name":"rm","args":{}}}""");

    // More than the log holds, from a worker that other nodes than this one have heard.
    private async Task FillAsync(TestServer server) => await server.Bus.AppendAsync(
        new() { Stream = EventStream.Bus.StreamKey.Session(_session), Events = [.. Enumerable.Range(0, 400).Select(_ => new Envelopes(_session).Thought(runId: "r1"))] }, TestContext.Current.CancellationToken);

    private async Task<IEnumerable<string?>> TypesAsync() =>
        (await shared.Server.GetAsync($"/events/{_session}/history")).Json.GetProperty("events").EnumerateArray().Select(stored => stored.GetProperty("type").GetString());
}
