using System.Net;
using System.Text.Json;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Publishing;

public sealed class PublishTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly TestServer _server = shared.Server;
    private readonly string _path = $"/events/s-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("/events/")]
    [InlineData("/api/events/")]
    public async Task Post_AnswersOneReceipt_WhenOneEventIsPublished(string prefix)
    {
        var path = prefix + Guid.NewGuid().ToString("N");

        var answer = await _server.PostAsync(path, """{"event_id":"e1","type":"agent_thought","payload":{"content":"so"}}""");

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        answer.ContentType.ShouldBe("application/json; charset=utf-8");
        var id = (await HistoryAsync(path)).Single().GetProperty("id").GetString();
        answer.Text.ShouldBe($$"""{"event_id":"e1","id":"{{id}}","outcome":"stored"}""");
    }

    [Fact]
    public async Task Post_MakesAnIdAndATimestamp_WhenOnlyTheTypeIsGiven()
    {
        var answer = await _server.PostAsync(_path, """{"type":"my.own_type"}""");

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        var stored = (await HistoryAsync(_path)).ShouldHaveSingleItem();
        Guid.Parse(answer.Json.GetProperty("event_id").GetString()!).Version.ShouldBe(7);
        stored.GetProperty("event_id").GetString().ShouldBe(answer.Json.GetProperty("event_id").GetString());
        stored.GetProperty("timestamp").GetString()!.ShouldMatch("^[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z$");
        stored.GetProperty("payload").GetRawText().ShouldBe("{}");
    }

    [Theory]
    [InlineData("application/json", """[{"event_id":"a","type":"t"},{"event_id":"b","type":"t"},{"event_id":"c","type":"t"}]""")]
    [InlineData("application/json; charset=utf-8", """[{"event_id":"a","type":"t"},{"event_id":"b","type":"t"},{"event_id":"c","type":"t"}]""")]
    [InlineData("application/json; charset=\"UTF-8\"", """[{"event_id":"a","type":"t"},{"event_id":"b","type":"t"},{"event_id":"c","type":"t"}]""")]
    [InlineData("application/vnd.agent+json", """ [ {"event_id":"a","type":"t"}, {"event_id":"b","type":"t"} ,{"event_id":"c","type":"t"}]""")]
    [InlineData("application/x-ndjson", "{\"event_id\":\"a\",\"type\":\"t\"}\n{\"event_id\":\"b\",\"type\":\"t\"}\n{\"event_id\":\"c\",\"type\":\"t\"}\n")]
    [InlineData("application/ndjson", "{\"event_id\":\"a\",\"type\":\"t\"}\r\n\r\n{\"event_id\":\"b\",\"type\":\"t\"}\r\n{\"event_id\":\"c\",\"type\":\"t\"}")]
    [InlineData("application/jsonl", "\n{\"event_id\":\"a\",\"type\":\"t\"}\n{\"event_id\":\"b\",\"type\":\"t\"}\n{\"event_id\":\"c\",\"type\":\"t\"}")]
    public async Task Post_AnswersReceiptsInOrder_WhenManyArePublished(string type, string body)
    {
        var answer = await _server.PostAsync(_path, body, type);

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        var events = await HistoryAsync(_path);
        events.Select(stored => stored.GetProperty("event_id").GetString()).ShouldBe(["a", "b", "c"]);
        answer.Json.EnumerateArray().Select(receipt => receipt.GetProperty("id").GetString()).ShouldBe(events.Select(stored => stored.GetProperty("id").GetString()));
        answer.Json.EnumerateArray().ShouldAllBe(receipt => receipt.GetProperty("outcome").GetString() == "stored");
    }

    [Fact]
    public async Task Post_TakesTheText_WhenItBeginsWithAByteOrderMark()
    {
        (await _server.PostAsync(_path, "\uFEFF{\"type\":\"t\"}")).Json.GetProperty("outcome").GetString().ShouldBe("stored");
        (await _server.PostAsync(_path, "\uFEFF{\"type\":\"t\"}\n", "application/x-ndjson")).Json.GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("application/json", """[{"event_id":"a","type":"t"},{"event_id":"b","type":"T"}]""", "/1/type")]
    [InlineData("application/x-ndjson", "{\"event_id\":\"a\",\"type\":\"t\"}\n\n{\"event_id\":\"b\",\"type\":\"T\"}", "Line 3: /type")]
    public async Task Post_StoresNothing_WhenOneItemIsBad(string type, string body, string expected)
    {
        var answer = await _server.PostAsync(_path, body, type);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Title.ShouldContain(expected);
        (await HistoryAsync(_path)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Post_AnswersTheFirstCursor_WhenAnEventIdIsPublishedAgain()
    {
        var first = await _server.PostAsync(_path, """{"event_id":"mine","type":"t","payload":{"n":1}}""");
        await _server.PostAsync(_path, """{"event_id":"other","type":"t"}""");

        var second = await _server.PostAsync(_path, """{"event_id":"mine","type":"t","payload":{"n":2}}""");

        second.Status.ShouldBe(HttpStatusCode.OK);
        second.Text.ShouldBe(first.Text.Replace("stored", "duplicate", StringComparison.Ordinal));
        (await HistoryAsync(_path)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Post_AnswersEachItem_WhenOutcomesDiffer()
    {
        await _server.PostAsync(_path, """[{"event_id":"a","type":"t"},{"event_id":"end","type":"run_completed","payload":{"run_id":"r1"}}]""");

        var answer = await _server.PostAsync(_path, """[{"event_id":"a","type":"t"},{"event_id":"late","type":"t","run_id":"r1"},{"event_id":"new","type":"t"},{"event_id":"new","type":"t"}]""");

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Json.EnumerateArray().Select(receipt => receipt.GetProperty("outcome").GetString()).ShouldBe(["duplicate", "run_ended", "stored", "duplicate"]);
        answer.Json[1].TryGetProperty("id", out _).ShouldBeFalse();
        answer.Json[3].GetProperty("id").GetString().ShouldBe(answer.Json[2].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Post_Answers409NamingTheRunWithReceipts_WhenItHadEnded()
    {
        await _server.PostAsync(_path, """{"event_id":"end","type":"run_failed","payload":{"run_id":"r1","error":"x"}}""");

        var answer = await _server.PostAsync(_path, """{"event_id":"late","type":"t","run_id":"r1"}""");

        answer.Status.ShouldBe(HttpStatusCode.Conflict);
        answer.ContentType.ShouldBe("application/problem+json");
        answer.Title.ShouldBe("Nothing was stored: run 'r1' has ended and takes no further events.");
        answer.Json.GetProperty("receipts").GetRawText().ShouldBe("""[{"event_id":"late","outcome":"run_ended"}]""");
        (await HistoryAsync(_path)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Post_Answers409NamingAllRuns_WhenAllHadEnded()
    {
        await _server.PostAsync(_path, """[{"type":"run_completed","run_id":"r1"},{"type":"run_cancelled","run_id":"r2"}]""");

        var answer = await _server.PostAsync(_path, """[{"type":"t","run_id":"r1"},{"type":"t","run_id":"r2"},{"type":"t","run_id":"r1"}]""");

        answer.Status.ShouldBe(HttpStatusCode.Conflict);
        answer.Title.ShouldBe("Nothing was stored: runs 'r1', 'r2' have ended and take no further events.");
        answer.Json.GetProperty("receipts").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task Post_StoresAll_WhenTheBatchIsAsLargeAsAllowed()
    {
        var batch = $"[{string.Join(',', Enumerable.Repeat("""{"type":"t"}""", 1000))}]";

        var answer = await _server.PostAsync(_path, batch);

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        answer.Json.GetArrayLength().ShouldBe(1000);
    }

    private async Task<List<JsonElement>> HistoryAsync(string path) =>
        [.. (await _server.GetAsync($"{path}/history?limit=1000")).Json.GetProperty("events").EnumerateArray()];
}
