using System.Text.Json;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Listening;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>Bytes that the feed writes to the socket itself end up at the right place of the response, beside other writers.</summary>
public sealed class SharedWriteTests
{
    private const string Session = "s";
    private const string Path = $"/events/{Session}";
    private static readonly EventFactory Factory = new(TimeProvider.System);

    private readonly Envelopes _events = new(Session);

    [Fact]
    public async Task Get_BeginsWithHeadAndGreeting_WhileEventsArePublished()
    {
        await using var server = TestServer.Start();
        var clients = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            var client = await ChunkedClient.ConnectAsync(server.Address);
            // With from=earliest the log's events follow the greeting at once.
            await client.AskAsync(i % 2 == 0 ? Path : $"{Path}?from=earliest");
            // These events are published between a request and its answer, while other clients are greeted.
            foreach (var thought in _events.Thoughts(3)) await server.AppendAsync(Session, thought);
            var greeting = await client.ReadGreetingAsync();
            greeting.Type.ShouldBe("session_stream_started");
            return (client, Cursor.Parse(greeting.LastEventId));
        }));
        var last = (await server.AppendAsync(Session, _events.Thought()))[0];
        foreach (var (client, greeted) in clients)
        {
            var position = greeted;
            while (position != last) position = Following(position, await client.ReadBlockAsync());
            client.Rest.ShouldBeEmpty();
            client.Dispose();
        }
    }

    [Theory]
    [InlineData(9)]
    [InlineData(30)]
    public async Task Get_GoesOnWithTheRestOfAChunk_WhenTheReaderStoppedInTheMiddleOfIt(int count)
    {
        await using var server = TestServer.Start(new() { ["Log:MaxBytes"] = "100000000", ["Streaming:Heartbeat"] = "00:00:00.1" });
        using var delivered = new Measurements(server, "eventstream.events.delivered");
        using var stopped = await ChunkedClient.ConnectAsync(server.Address, receiveBuffer: 4096);
        var greeting = await stopped.OpenAsync($"{Path}?close=session");
        using var other = await ChunkedClient.ConnectAsync(server.Address);
        await other.OpenAsync(Path);
        // More than the sockets hold; the larger case is also more than the window holds.
        var large = Enumerable.Range(0, count).Select(i => Factory.Create(Session, new AgentMessageDelta { MessageId = $"m{i}", Delta = new string((char)('a' + i % 26), 100_000) })).ToArray();
        var cursors = new List<Cursor>();
        foreach (var one in large) cursors.AddRange(await server.AppendAsync(Session, one));
        (await other.ReadBlocksAsync(count)).Select(block => block.LastEventId).ShouldBe(cursors.Select(cursor => $"{cursor}"));
        if (count == 30) delivered.Sum.ShouldBeLessThan(2 * count);
        cursors.AddRange(await server.AppendAsync(Session, _events.Thoughts(3)));
        (await other.ReadBlocksAsync(3)).Count.ShouldBe(3);

        var blocks = await stopped.ReadBlocksAsync(count + 3);
        ShouldFollow(greeting, blocks);
        blocks.Select(block => block.LastEventId).ShouldBe(cursors.Select(cursor => $"{cursor}"));
        for (var i = 0; i < count; i++) blocks[i].Data.ShouldContain(large[i].Payload.ToString());

        while (stopped.Rest.Length == 0) (await stopped.ReadChunkAsync()).ShouldBeTrue();
        stopped.Rest.ShouldStartWith(":\n");
        await server.AppendAsync(Session, _events.SessionEnded());
        (await stopped.ReadToEndAsync()).Select(block => block.Type).ShouldBe(["session_ended", "stream_closing"]);
        stopped.IsOver.ShouldBeTrue();
    }

    [Fact]
    public async Task Get_LeavesTheConnectionForFurtherRequests_WhenTheStreamEnds()
    {
        await using var server = TestServer.Start();
        using var client = await ChunkedClient.ConnectAsync(server.Address);
        for (var round = 0; round < 3; round++)
        {
            // The connection is read to the last byte, so the next bytes are the next response.
            var events = new Envelopes($"s{round}");
            await client.OpenAsync($"/events/s{round}?close=session");
            await server.AppendAsync($"s{round}", [.. events.Thoughts(5), events.SessionEnded()]);
            (await client.ReadToEndAsync()).Select(block => block.Type).ShouldBe([.. Enumerable.Repeat("agent_thought", 5), "session_ended", "stream_closing"]);
            client.Rest.ShouldBeEmpty();

            await client.AskAsync($"/events/s{round}/history");
            var head = await client.ReadHeadAsync();
            head.ShouldStartWith("HTTP/1.1 200 OK\n");
            using var history = JsonDocument.Parse(await client.ReadBodyAsync(head));
            history.RootElement.GetProperty("events").GetArrayLength().ShouldBe(6);
        }
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("fin")]
    [InlineData("rst")]
    [InlineData("half")]
    public async Task Get_LeavesNothingBehind_WhenTheClientLeaves(string how)
    {
        await using var server = TestServer.Start();
        using var staying = await ChunkedClient.ConnectAsync(server.Address);
        await staying.OpenAsync(Path);
        var leaving = new List<ChunkedClient>();
        for (var i = 0; i < 20; i++) leaving.Add(await ChunkedClient.ConnectAsync(server.Address));
        foreach (var client in leaving) await client.OpenAsync(Path);
        await server.AppendAsync(Session, _events.Thought());
        foreach (var client in leaving) await client.ReadBlockAsync();
        server.Feeds.OpenStreams.ShouldBe(21);

        // Some of these events are written to connections that are gone already.
        var publishing = Task.Run(async () => { foreach (var thought in _events.Thoughts(200)) await server.AppendAsync(Session, thought); }, TestContext.Current.CancellationToken);
        foreach (var client in leaving)
        {
            if (how == "fin") client.Dispose();
            else if (how == "rst") client.Reset();
            else client.FinishSending();
        }
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 1, TestContext.Current.CancellationToken);
        await publishing;
        ShouldFollow(default, await staying.ReadBlocksAsync(201));
        staying.Reset();
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, TestContext.Current.CancellationToken);
        leaving.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Get_BringsToEachWhatItAskedFor_WhenTheyAreServedTogether()
    {
        await using var server = TestServer.Start();
        string[] queries = ["", "?types=run_*", "?names=native", "?close=terminal&run_id=r1", "?close=session", "?run_id=r2", ""];
        var clients = new List<ChunkedClient>();
        foreach (var query in queries)
        {
            clients.Add(await ChunkedClient.ConnectAsync(server.Address));
            await clients[^1].OpenAsync(Path + query);
        }
        Event[] published =
        [
            _events.RunStarted("r1"), _events.Thought(runId: "r1") with { Source = "eddie", SourceType = "Thinking" }, _events.RunStarted("r2"), .. _events.Thoughts(30, runId: "r2"),
            _events.RunCompleted("r1"), _events.Thought("after"), _events.RunCompleted("r2"), _events.SessionEnded(), _events.Thought("late"),
        ];
        foreach (var one in published) await server.AppendAsync(Session, one);

        var all = published.Select(one => one.Type).ToArray();
        (await TypesAsync(clients[0], all.Length)).ShouldBe(all);
        (await TypesAsync(clients[1], 4)).ShouldBe(["run_started", "run_started", "run_completed", "run_completed"]);
        (await TypesAsync(clients[2], all.Length)).ShouldBe([.. all.Select((type, i) => i == 1 ? "Thinking" : type)]);
        (await clients[3].ReadToEndAsync()).Select(block => block.Type).ShouldBe(["run_started", "agent_thought", "run_completed", "stream_closing"]);
        (await clients[4].ReadToEndAsync()).Select(block => block.Type).ShouldBe([.. all[..^1], "stream_closing"]);
        (await TypesAsync(clients[5], 32)).ShouldBe(["run_started", .. Enumerable.Repeat("agent_thought", 30), "run_completed"]);
        (await TypesAsync(clients[6], all.Length)).ShouldBe(all);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Get_BringsToEachWhatItsFilterLetsThrough_WhenManyAskForTheSame()
    {
        await using var server = TestServer.Start();
        var random = new Random(17);
        string[] filters = ["", "run_id=r0", "run_id=r1", "types=agent_thought", "types=tool_*,agent_t*&run_id=r2", "types=tool_*", "run_id=r9"];
        var clients = new List<(EventFilter Filter, ChunkedClient Client)>();
        for (var i = 0; i < 6 * filters.Length; i++)
        {
            var query = new QueryCollection(QueryHelpers.ParseQuery(filters[i % filters.Length]));
            var client = await ChunkedClient.ConnectAsync(server.Address);
            await client.OpenAsync($"{Path}?{filters[i % filters.Length]}");
            clients.Add((FilterQuery.Parse(StreamKey.Session(Session), query), client));
        }
        var published = Enumerable.Range(0, 600).Select(i => _events.Thought($"{i}") with { Type = random.Next(2) == 0 ? "agent_thought" : "tool_call_updated", RunId = $"r{random.Next(4)}" }).ToArray();
        for (var sent = 0; sent < published.Length;)
        {
            var batch = published.Skip(sent).Take(random.Next(1, 20)).ToArray();
            await server.AppendAsync(Session, batch);
            sent += batch.Length;
        }
        var end = _events.SessionEnded() with { RunId = "r9" };
        await server.AppendAsync(Session, end);
        foreach (var (filter, client) in clients)
        {
            var wanted = published.Append(end).Where(filter.Passes).Select(one => one.EventId).ToArray();
            (await client.ReadBlocksAsync(wanted.Length)).Select(block => JsonElement.Parse(block.Data).GetProperty("event_id").GetString()).ShouldBe(wanted);
            client.Dispose();
        }
    }

    private static async Task<string[]> TypesAsync(ChunkedClient client, int count) => [.. (await client.ReadBlocksAsync(count)).Select(block => block.Type)];

    private static void ShouldFollow(SseBlock greeting, List<SseBlock> blocks)
    {
        var position = greeting.LastEventId is { Length: > 0 } id ? Cursor.Parse(id) : Cursor.Parse(blocks[0].LastEventId).Previous;
        foreach (var block in blocks) position = Following(position, block);
    }

    private static Cursor Following(Cursor position, SseBlock? block)
    {
        var cursor = Cursor.Parse(block!.Value.LastEventId);
        cursor.Follows(position).ShouldBeTrue($"{cursor} came after {position}");
        return cursor;
    }
}
