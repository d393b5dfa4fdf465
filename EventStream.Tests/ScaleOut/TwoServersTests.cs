using System.Net;
using System.Text.Json;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.ScaleOut;

/// <summary>Two servers on one Redis are one system.</summary>
public sealed class TwoServersTests(RedisServer redis) : OnTwoServers(redis)
{
    private readonly string _path = $"/events/s-{Guid.NewGuid():N}";

    [Fact]
    public async Task Stream_BringsWhatTheOtherServerTook_WhenItIsOpenThere()
    {
        await using var client = await Two.OpenAsync(_path);
        await client.NextAsync();

        var receipts = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            var answer = await One.PostAsync(_path, $$"""{"payload":{"n":{{i}} },"event_id":"e{{i}}","type":"t"}""");
            receipts.Add(answer.Json.GetProperty("id").GetString()!);
        }

        var items = await client.NextAsync(50);
        items.Select(item => item.EventId).ShouldBe(receipts);
        items.Select(item => JsonElement.Parse(item.Data).GetProperty("payload").GetProperty("n").GetInt32()).ShouldBe(Enumerable.Range(0, 50));
        items.Select(item => JsonElement.Parse(item.Data).GetProperty("event_id").GetString()).ShouldBe(Enumerable.Range(0, 50).Select(i => $"e{i}"));
    }

    [Fact]
    public async Task Stream_HasNoHoleAndNothingTwice_When100PublishAtOnceOverBothServers()
    {
        const int Publishers = 100, Each = 5;
        await using var first = await One.OpenAsync(_path);
        await using var second = await Two.OpenAsync(_path);
        await first.NextAsync();
        await second.NextAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async publisher =>
        {
            var taken = new List<HttpAnswer>();
            for (var i = 0; i < Each; i++) taken.Add(await (publisher % 2 == 0 ? One : Two).PostAsync(_path, $$"""{"event_id":"{{publisher}}:{{i}}","type":"t"}"""));
            return taken;
        }));

        var receipts = answers.SelectMany(taken => taken).ToList();
        receipts.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        var cursors = receipts.Select(answer => Cursor.Parse(answer.Json.GetProperty("id").GetString()!)).OrderBy(cursor => cursor.Offset).ToList();
        cursors.Select(cursor => cursor.Offset).ShouldBe(Enumerable.Range(1, Publishers * Each).Select(offset => (long)offset));
        cursors.Select(cursor => cursor.Epoch).Distinct().ShouldHaveSingleItem();
        foreach (var client in (SseClient[])[first, second])
            (await client.NextAsync(Publishers * Each)).Select(item => item.EventId).ShouldBe(cursors.Select(cursor => cursor.ToString()));
        foreach (var taken in answers) taken.Select(answer => Cursor.Parse(answer.Json.GetProperty("id").GetString()!).Offset).ShouldBeInOrder();
    }

    [Fact]
    public async Task Post_AnswersDuplicate_WhenTheSameEventIsSentToTheOtherServer()
    {
        var first = await One.PostAsync(_path, """{"event_id":"mine","type":"t"}""");

        var second = await Two.PostAsync(_path, """{"event_id":"mine","type":"t"}""");

        second.Text.ShouldBe(first.Text.Replace("stored", "duplicate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Delete_EndsTheStreamsOfTheOtherServer_WhenTheyAreOpen()
    {
        await One.PostAsync(_path, """{"type":"t"}""");
        await using var client = await Two.OpenAsync(_path);
        await client.NextAsync();

        await One.DeleteAsync(_path);

        (await client.ReadToEndAsync()).Select(item => item.EventType).ShouldBe(["session_deleted", "stream_closing"]);
        var reborn = await Two.PostAsync(_path, """{"type":"t"}""");
        Cursor.Parse(reborn.Json.GetProperty("id").GetString()!).Offset.ShouldBe(1);
    }

    [Fact]
    public async Task Ingest_StoresWhatItToldBefore_WhenTheOtherServerDeletedTheSession()
    {
        var frame = $$$"""{"event":"message.partial","data":{"id":"m","sessionId":"{{{_path[8..]}}}","role":"assistant","content":"Hello"}}""";
        await One.PostAsync("/ingest/eddie", frame);
        var repeated = await One.PostAsync("/ingest/eddie", frame);
        repeated.Json.GetProperty("events").GetArrayLength().ShouldBe(0);

        await Two.DeleteAsync(_path);

        var again = await One.PostAsync("/ingest/eddie", frame);
        again.Json.GetProperty("events").EnumerateArray().Select(ingested => ingested.GetProperty("type").GetString()).ShouldBe(["agent_message_start", "agent_message_delta"]);
    }

    [Fact]
    public async Task Stream_GoesOnAtTheOtherServer_WhenItsClientBringsItsCursor()
    {
        await One.PostAsync(_path, """[{"event_id":"a","type":"t"},{"event_id":"b","type":"t"},{"event_id":"c","type":"t"}]""");
        await using var first = await One.OpenAsync($"{_path}?from=earliest");
        var seen = (await first.NextAsync(2))[1];

        await using var second = await Two.OpenAsync(_path, seen.EventId);

        var started = await second.NextAsync();
        JsonElement.Parse(started.Data).GetProperty("payload").GetProperty("resume").GetString().ShouldBe("full");
        (await second.NextAsync(2)).Select(item => JsonElement.Parse(item.Data).GetProperty("event_id").GetString()).ShouldBe(["b", "c"]);
    }
}
