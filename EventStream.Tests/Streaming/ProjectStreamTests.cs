using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>The streams of projects and broadcast behave like a session's, except that no event ends them.</summary>
public sealed class ProjectStreamTests : IAsyncDisposable
{
    // The log holds five events.
    private readonly TestServer _server = TestServer.Start(new() { ["Log:MaxEvents"] = "5" });

    public static TheoryData<string> Paths => ["/projects/p/events", "/broadcast/events"];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/projects/p/events", "p")]
    [InlineData("/broadcast/events", null)]
    public async Task Get_BeginsWithAFrameOfItsOwn_AndBringsTheEventsOfAllSessions(string path, string? project)
    {
        await using var client = await _server.OpenAsync(path);
        client.Response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var started = await client.NextAsync();
        (started.EventType, started.EventId).ShouldBe(("session_stream_started", "0-0"));
        var frame = JsonElement.Parse(started.Data);
        frame.GetProperty("session_id").GetString().ShouldBe("broadcast");
        (frame.TryGetProperty("project_id", out var named) ? named.GetString() : null).ShouldBe(project);

        var ids = new[] { await PostAsync("a", "one"), await PostAsync("b", "two"), await PostAsync("a", "three") };

        var items = await client.NextAsync(3);
        items.Select(item => item.EventType).ShouldBe(["one", "two", "three"]);
        items.Select(item => Cursor.Parse(item.EventId!).Offset).ShouldBe([1, 2, 3]);
        items.Select(item => Session(item.Data)).ShouldBe(["a", "b", "a"]);
        ids.Select(id => id.Offset).ShouldBe([1, 1, 2]);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Get_GoesOnAfterItsOwnCursor_OrSaysWhatIsGone(string path)
    {
        for (var number = 1; number <= 8; number++) await PostAsync($"s{number % 3}", $"t{number}");
        var head = Cursor.Parse((await _server.GetAsync($"{path}/history")).Json.GetProperty("cursor").GetString()!);
        var cursors = Enumerable.Range(1, 8).Select(offset => $"{head with { Offset = offset }}").ToArray();
        await using var full = await _server.OpenAsync(path, cursors[4]);
        Verdict(await full.NextAsync()).ShouldBe("full");
        (await full.NextAsync(3)).Select(item => item.EventType).ShouldBe(["t6", "t7", "t8"]);
        await using var partial = await _server.OpenAsync(path, cursors[0]);
        Verdict(await partial.NextAsync()).ShouldBe("partial expired");
        (await partial.NextAsync(5)).Select(item => item.EventId).ShouldBe(cursors[3..]);
        await using var earliest = await _server.OpenAsync($"{path}?from=earliest");
        Verdict(await earliest.NextAsync()).ShouldBe("none");
        (await earliest.NextAsync(5)).Select(item => item.EventId).ShouldBe(cursors[3..]);
    }

    [Theory]
    [InlineData("types=t2,u*", "t2")]
    [InlineData("run_id=r", "t1 t3")]
    [InlineData("session_id=a", "t1 t2")]
    [InlineData("session_id=a&run_id=r", "t1")]
    [InlineData("session_id=b&types=t1", "")]
    [InlineData("session_id=broadcast", "")]
    public async Task Get_SendsWhatPasses_WhenThereIsAFilter(string filter, string expected)
    {
        string[] paths = ["/projects/p/events", "/broadcast/events"];
        var watching = await Task.WhenAll(paths.Select(path => _server.OpenAsync($"{path}?{filter}")));
        foreach (var live in watching) await live.NextAsync();
        foreach (var (session, type, run) in new[] { ("a", "t1", "r"), ("a", "t2", null), ("b", "t3", "r") }) await PostAsync(session, type, run);
        foreach (var (path, live) in paths.Zip(watching))
        {
            await using var late = await _server.OpenAsync($"{path}?from=earliest&{filter}");
            await late.NextAsync();
            var types = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            (await live.NextAsync(types.Length)).Select(item => item.EventType).ShouldBe(types);
            (await late.NextAsync(types.Length)).Select(item => item.EventType).ShouldBe(types);
            var history = (await _server.GetAsync($"{path}/history?{filter}")).Json;
            history.GetProperty("events").EnumerateArray().Select(stored => stored.GetProperty("type").GetString()!).ShouldBe(types);
            await live.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("/projects/-p/events", "project_id must be 1 to 128 characters")]
    [InlineData("/projects/p/events?session_id=a/b", "session_id must be 1 to 128 characters")]
    [InlineData("/projects/p/events?session_id=", "session_id must be 1 to 128 characters")]
    [InlineData("/projects/p/events?run_id=-", "run_id must be 1 to 128 characters")]
    [InlineData("/projects/p/events?types=A", "types holds 'A'")]
    [InlineData("/projects/p/events?close=session", "close is 'session', but only a session ends: leave it out.")]
    [InlineData("/projects/p/events?close=terminal&run_id=r", "close is 'terminal', but only a session ends: leave it out.")]
    [InlineData("/projects/p/events?close=x", "close is 'x'; it is never, session or terminal.")]
    [InlineData("/broadcast/events?session_id=a/b", "session_id must be 1 to 128 characters")]
    [InlineData("/broadcast/events?close=session", "close is 'session', but only a session ends: leave it out.")]
    [InlineData("/projects/p/events/history?session_id=-", "session_id must be 1 to 128 characters")]
    [InlineData("/projects/-p/events/history", "project_id must be 1 to 128 characters")]
    [InlineData("/broadcast/events/history?limit=0", "limit is '0'")]
    [InlineData("/broadcast/events/history?after=x", "after is 'x' and no cursor")]
    public async Task Get_IsRefused_NamingWhatToChange(string path, string title)
    {
        var answer = await _server.GetAsync(path);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Title.ShouldStartWith(title);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Get_GoesOn_WhenSessionsAndRunsEndOrAreDeleted(string path)
    {
        await using var client = await _server.OpenAsync($"{path}?close=never");
        await client.NextAsync();
        await PostAsync("a", "run_completed", "r");
        await PostAsync("a", "session_ended");
        await PostAsync("a", "session_deleted");
        await _server.DeleteAsync("/events/a");
        await PostAsync("b", "after", "r");
        var items = await client.NextAsync(4);
        items.Select(item => item.EventType).ShouldBe(["run_completed", "session_ended", "session_deleted", "after"]);

        // A client that returns isn't told to stop either.
        await using var again = await _server.OpenAsync(path, items[2].EventId);
        again.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await again.NextAsync();
        (await again.NextAsync()).EventType.ShouldBe("after");
    }

    [Fact]
    public async Task Get_StreamsOn_WhenTheLogOfTheProjectWasRemoved()
    {
        await PostAsync("a", "t1");
        var removed = await _server.Bus.DeleteAsync(StreamKey.Project("p"), TestContext.Current.CancellationToken);

        await using var client = await _server.OpenAsync("/projects/p/events", $"{removed}");

        client.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await client.NextAsync();
        await PostAsync("a", "t2");
        (await client.ReadUntilAsync(item => item.EventType == "t2")).ShouldNotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task History_LeavesTheLogAlone_WhenASessionIsDeleted(string path)
    {
        await PostAsync("a", "t1");
        var last = await PostAsync("b", "t2");
        await _server.DeleteAsync("/events/a");

        var history = (await _server.GetAsync($"{path}/history?after=0-0")).Json;

        history.GetProperty("events").EnumerateArray().Select(stored => stored.GetProperty("type").GetString()).ShouldBe(["t1", "t2"]);
        (history.GetProperty("resume").GetString(), history.GetProperty("has_more").GetBoolean()).ShouldBe(("full", false));
        Cursor.Parse(history.GetProperty("cursor").GetString()!).Offset.ShouldBe(2);
        last.Offset.ShouldBe(1);
        for (var number = 0; number < 6; number++) await PostAsync("b", "t");
        (await _server.GetAsync($"{path}/history?after=0-0")).Json.GetProperty("reason").GetString().ShouldBe("expired");
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task History_AnswersHead_LikeGetWithoutABody(string path)
    {
        var answer = await _server.AskAsync(new HttpRequestMessage(HttpMethod.Head, $"{path}/history"));
        (answer.Status, answer.Text, answer.ContentType).ShouldBe((HttpStatusCode.OK, "", "application/json"));
    }

    private async Task<Cursor> PostAsync(string session, string type, string? run = null)
    {
        var runId = run is null ? "" : $",\"run_id\":\"{run}\"";
        // The events that end a run need no valid payload here: publishing doesn't check payloads.
        var answer = await _server.PostAsync($"/events/{session}?broadcast=true", $$"""{"type":"{{type}}","project_id":"p"{{runId}}}""");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return Cursor.Parse(answer.Json.GetProperty("id").GetString()!);
    }

    private static string? Session(string envelope) => JsonElement.Parse(envelope).GetProperty("session_id").GetString();

    private static string Verdict(SseItem<string> first)
    {
        var payload = JsonElement.Parse(first.Data).GetProperty("payload");
        return payload.GetProperty("resume").GetString() + (payload.TryGetProperty("reason", out var reason) ? $" {reason.GetString()}" : "");
    }
}
