using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.AgUi;

/// <summary>What clients of AG-UI and TanStack AI read of a session without asking for anything.</summary>
public sealed class AgUiWatchTests : AgUiContext
{
    [Fact]
    public async Task Get_JoinsARun_UnderItsThread_AndEndsWithIt()
    {
        await HostAsync(SayAsync);
        await AllAsync(Input("r1"));

        await using var joined = await Server.OpenAsync($"/agui/{Session}?offset=-1&runId=r1");
        var told = await joined.ReadToEndAsync();

        Types(told).ShouldBe(["RUN_STARTED", "MESSAGES_SNAPSHOT", "RUN_FINISHED"]);
        Json(told[0]).GetProperty("threadId").GetString().ShouldBe("t");
        Json(told[1]).GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("id").GetString()).ShouldBe(["m1", "a-r1", "c-r1", "result-c-r1"]);
    }

    [Fact]
    public async Task Get_GoesOnBehindAPlace_InTheQuery()
    {
        await HostAsync(SayAsync);
        var whole = await AllAsync(Input("r1"));

        await using var joined = await Server.OpenAsync($"/agui/{Session}?runId=r1&offset={whole[4].EventId}");

        (await joined.ReadToEndAsync()).Select(item => item.Data).ShouldBe(whole.Skip(5).Select(item => item.Data));
    }

    [Theory]
    [InlineData("-2", "runId=r1&")]
    [InlineData("1-1.x", "runId=r1&")]
    [InlineData("99999999999999999999-1", "")]
    public async Task Get_NamesTheOffset_ThatIsNone(string offset, string query)
    {
        await HostAsync(SayAsync);
        await AllAsync(Input("r1"));

        var answer = await Server.GetAsync($"/agui/{Session}?{query}offset={offset}");

        (answer.Status, answer.Title).ShouldBe((HttpStatusCode.BadRequest, $"offset is '{offset}'; it is -1, or the id of the event to go on behind."));
    }

    [Theory]
    [InlineData("1-1")]
    [InlineData("1-0.s1")]
    [InlineData("99999999999999-5.2")]
    [InlineData("something else")]
    public async Task Get_TellsTheWholeRun_BehindAPlaceOfAnotherLog(string place)
    {
        await HostAsync(SayAsync);
        await AllAsync(Input("r1"));

        await using var joined = await Server.OpenAsync($"/agui/{Session}?runId=r1", lastEventId: place);

        Types(await joined.ReadToEndAsync()).ShouldBe(["RUN_STARTED", "MESSAGES_SNAPSHOT", "RUN_FINISHED"]);
    }

    [Fact]
    public async Task Get_Is404_WhenTheRunIsUnknown()
    {
        var answer = await Server.GetAsync($"/agui/{Session}?runId=r1");

        (answer.Status, answer.Title).ShouldBe((HttpStatusCode.NotFound, $"session:{Session} knows no run 'r1'."));
    }

    [Fact]
    public async Task Get_AnswersTheConversation_AndTheRunThatGoesOn()
    {
        (await Server.GetAsync($"/agui/{Session}?threadId=t")).Text.ShouldBe("""{"messages":[],"activeRun":null}""");
        await HostAsync(SayAsync);
        await AllAsync(Input("r1"));
        (await Server.GetAsync($"/agui/{Session}?threadId=t")).Text.ShouldBe("""
            {"messages":[{"id":"m1","role":"user","parts":[{"type":"text","content":"Is it up?"}]},{"id":"a-r1","role":"assistant","parts":[{"type":"text","content":"It is up."}]},
            {"id":"c-r1","role":"assistant","parts":[{"type":"tool-call","id":"c-r1","name":"look","arguments":"{\"deep\":true}","state":"input-complete"},{"type":"tool-result","toolCallId":"c-r1","content":"up","state":"complete"}]}],"activeRun":null}
            """.ReplaceLineEndings(""));

        await HostAsync((run, stop) => Task.Delay(Timeout.Infinite, stop), "slow");
        await using var stream = await PostAsync(Input("r2"), query: "?agent=slow");
        await stream.NextAsync();
        (await Server.GetAsync($"/agui/{Session}?threadId=t")).Json.GetProperty("activeRun").GetRawText().ShouldBe("""{"runId":"r2"}""");
    }

    [Fact]
    public async Task Get_AnswersWhatTheRunWaitsFor()
    {
        await HostAsync((run, stop) => run.ApproveAsync("c1", "restart", new { }, "It restarts a server."));
        var asked = await AllAsync(Input("r1"));

        var answer = await Server.GetAsync($"/agui/{Session}?threadId=t");

        answer.Json.GetProperty("activeRun").GetRawText().ShouldBe("""{"runId":"r1"}""");
        var interrupts = answer.Json.GetProperty("interrupts");
        interrupts.GetProperty("runId").GetString().ShouldBe("r1");
        interrupts.GetProperty("pending").GetRawText().ShouldBe(Json(asked[^1]).GetProperty("outcome").GetProperty("interrupts").GetRawText());
    }

    [Fact]
    public async Task Get_TellsAllRuns_FromNowOn_WithoutARun()
    {
        await HostAsync(SayAsync);
        await using var watcher = await Server.OpenAsync($"/agui/{Session}");

        await AllAsync(Input("r1"));
        await AllAsync(Input("r2", """{"id":"m1","role":"user","content":"Is it up?"}"""));

        (await watcher.ReadUntilAsync(item => TypeOf(item) == "RUN_FINISHED" && Json(item).GetProperty("runId").GetString() == "r2"))
            .Count(item => TypeOf(item) == "RUN_STARTED").ShouldBeGreaterThanOrEqualTo(2);
    }
}
