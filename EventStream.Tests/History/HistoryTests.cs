using System.Net;
using System.Text.Json;
using EventStream.Api.History;
using EventStream.Api.Streaming.Feeds;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.History;

public sealed class HistoryTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly TestServer _server = shared.Server;
    private readonly string _session = $"s-{Guid.NewGuid():N}";

    private string Path => $"/events/{_session}/history";

    [Fact]
    public async Task Get_AnswersTheStartOfEverything_WhenTheSessionIsEmpty()
    {
        var answer = await _server.GetAsync(Path);

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.ContentType.ShouldBe("application/json");
        answer.Text.ShouldBe("""{"events":[],"cursor":"0-0","has_more":false,"resume":"none"}""");
    }

    [Theory]
    [InlineData("/events/")]
    [InlineData("/api/events/")]
    public async Task Get_KeepsEachPayloadTokenForToken_WhenItWasPublished(string prefix)
    {
        const string Payload = """{"z":1.50,"a":-0.0,"big":123456789012345678901234567890,"e":1E+2,"text":"ü\u00fc\/\"\\ \u2028 😀 <b>&'+","nested":{"b":[],"a":[null,true,{"x":{}}]},"a b":null,"":0}""";
        await _server.PostAsync($"/events/{_session}", $$"""{"payload": {{Payload}} , "agent_id":"a","type":"my.type","timestamp":"2026-11-21T04:14:45.1239+01:00","event_id":"e1","run_id":"r1","source":"adk","project_id":"p1"}""");

        var answer = await _server.GetAsync($"{prefix}{_session}/history");

        var id = answer.Json.GetProperty("cursor").GetString();
        answer.Text.ShouldBe(
            $$"""{"events":[{"id":"{{id}}","event_id":"e1","session_id":"{{_session}}","timestamp":"2026-11-21T03:14:45.123Z","type":"my.type","payload":{{Payload}},"run_id":"r1","project_id":"p1","agent_id":"a","source":"adk"}],"cursor":"{{id}}","has_more":false,"resume":"none"}""");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task Get_ReachesTheEnd_WhenThePagesAreFollowed(int limit)
    {
        const int Events = 250;
        var cursors = await _server.AppendAsync(_session, new Envelopes(_session).Thoughts(Events));
        var read = new List<string>();
        var (after, pages) = ("", 0);
        JsonElement page;
        do
        {
            page = (await _server.GetAsync($"{Path}?limit={limit}{after}")).Json;
            page.GetProperty("resume").GetString().ShouldBe(pages == 0 ? "none" : "full");
            page.GetProperty("events").GetArrayLength().ShouldBeLessThanOrEqualTo(limit);
            read.AddRange(IdsOf(page));
            after = $"&after={page.GetProperty("cursor").GetString()}";
            pages++;
        }
        while (page.GetProperty("has_more").GetBoolean());

        read.ShouldBe(cursors.Select(cursor => cursor.ToString()));
        pages.ShouldBe((Events + limit - 1) / limit);
        var end = (await _server.GetAsync($"{Path}?limit={limit}{after}")).Json;
        IdsOf(end).ShouldBeEmpty();
        end.GetProperty("cursor").GetString().ShouldBe(cursors[^1].ToString());
        end.GetProperty("has_more").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Get_ReachesTheEnd_WhenThePagesAreLargerThanTheBusReadsAtOnce()
    {
        var envelopes = new Envelopes(_session);
        var cursors = await _server.AppendAsync(_session, [.. Enumerable.Range(0, 25).Select(_ => envelopes.Thought(new string('x', 200_000)))]);

        var pages = await PagesAsync("limit=1000");

        pages.SelectMany(IdsOf).ShouldBe(cursors.Select(cursor => cursor.ToString()));
        // Each stops at the bound in bytes, one event later at the most.
        pages.ShouldAllBe(page => page.GetProperty("events").GetArrayLength() <= HistoryRead.MaxLookedBytes / 200_000 + 1);
    }

    [Theory]
    [InlineData("types=zz", 0)]
    [InlineData("types=zz&limit=1", 0)]
    [InlineData("types=zz,run_*&limit=1", 1)]
    [InlineData("run_id=r", 1)]
    public async Task Get_AnswersWithACursorToGoOnFrom_WhenTheFilterLetsHardlyAnythingThrough(string query, int expected)
    {
        var envelopes = new Envelopes(_session);
        var cursors = await _server.AppendAsync(_session, [.. envelopes.Thoughts(4500), envelopes.RunStarted("r"), .. envelopes.Thoughts(10)]);

        var pages = await PagesAsync(query);

        pages.SelectMany(IdsOf).Count().ShouldBe(expected);
        pages.Count.ShouldBeGreaterThan(2);
        // An empty page that isn't the last is one that has looked at as much as it may.
        foreach (var page in pages.SkipLast(1).Where(page => page.GetProperty("events").GetArrayLength() == 0))
            (Cursor.Parse(page.GetProperty("cursor").GetString()!).Offset % HistoryRead.MaxLookedEvents).ShouldBe(0);
        pages[^1].GetProperty("cursor").GetString().ShouldBe(cursors[^1].ToString());
    }

    [Fact]
    public async Task Get_Answers503WithRetryAfter_WhenTooManyAreReadAtOnce()
    {
        var bus = new TestBus { Answers = BusAnswers.Never };
        await using var server = TestServer.StartWith(bus);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var waiting = Enumerable.Range(0, HistoryPlaces.AtOnce + HistoryPlaces.MaxWaiting).Select(i => server.Client.GetAsync(new Uri($"/events/s{i}/history?types=zz", UriKind.Relative), leaving.Token)).ToArray();

        var places = server.Services.GetRequiredService<HistoryPlaces>();
        await Eventually.TrueAsync(() => places.Present == waiting.Length, TestContext.Current.CancellationToken);

        var refused = await server.GetAsync("/events/one-more/history");

        refused.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.RetryAfter.ShouldNotBeNull();
        refused.Title.ShouldContain($"{HistoryPlaces.AtOnce} histories at once");
        bus.Reads.ShouldBeLessThanOrEqualTo(BulkReads.AtOnce);
        // Streams are joined all the same, and so are histories once there is room.
        bus.Answers = BusAnswers.Always;
        await using var client = await server.OpenAsync("/events/live");
        (await client.NextAsync()).EventType.ShouldBe("session_stream_started");
        await leaving.CancelAsync();
        await Task.WhenAll(waiting.Select(async each => await each.ContinueWith(_ => { }, TaskScheduler.Default)));
        await Eventually.TrueAsync(async () => (await server.GetAsync("/events/s/history")).Status == HttpStatusCode.OK, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Get_Answers100Events_WhenNoLimitIsGiven()
    {
        await _server.AppendAsync(_session, new Envelopes(_session).Thoughts(101));

        var page = (await _server.GetAsync(Path)).Json;

        IdsOf(page).Count.ShouldBe(100);
        page.GetProperty("has_more").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("types=run_*", new[] { 1, 4 })]
    [InlineData("types=agent_thought", new[] { 2, 3 })]
    [InlineData("types=run_completed,run_started", new[] { 1, 4 })]
    [InlineData("types=*", new[] { 1, 2, 3, 4, 5 })]
    [InlineData("run_id=r1", new[] { 1, 3, 4 })]
    [InlineData("run_id=r1&types=agent_*", new[] { 3 })]
    [InlineData("types=nothing", new int[0])]
    public async Task Get_LeavesOthersOutAndMovesTheCursorOverThem_WhenAFilterIsGiven(string filter, int[] expected)
    {
        var envelopes = new Envelopes(_session);
        var cursors = await _server.AppendAsync(_session,
            envelopes.RunStarted("r1"), envelopes.Thought(), envelopes.Thought(runId: "r1"), envelopes.RunCompleted("r1"), envelopes.SessionEnded());

        var page = (await _server.GetAsync($"{Path}?{filter}")).Json;

        IdsOf(page).ShouldBe(expected.Select(offset => cursors[offset - 1].ToString()));
        page.GetProperty("cursor").GetString().ShouldBe(cursors[^1].ToString());
        page.GetProperty("has_more").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Get_GoesOnWhereItStopped_WhenAFilterAndALimitAreGiven()
    {
        var envelopes = new Envelopes(_session);
        var cursors = await _server.AppendAsync(_session, [.. Enumerable.Range(1, 60).Select(i => i % 20 == 0 ? envelopes.RunStarted($"r{i}") : envelopes.Thought())]);

        var first = (await _server.GetAsync($"{Path}?types=run_*&limit=2")).Json;
        var second = (await _server.GetAsync($"{Path}?types=run_*&limit=2&after={first.GetProperty("cursor").GetString()}")).Json;

        IdsOf(first).ShouldBe([cursors[19].ToString(), cursors[39].ToString()]);
        first.GetProperty("cursor").GetString().ShouldBe(cursors[39].ToString());
        first.GetProperty("has_more").GetBoolean().ShouldBeTrue();
        IdsOf(second).ShouldBe([cursors[59].ToString()]);
        second.GetProperty("has_more").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("0-0", "full", null, 1)]
    [InlineData("E-2", "full", null, 3)]
    [InlineData("E-5", "full", null, 6)]
    [InlineData("E-9", "partial", "ahead", 6)]
    [InlineData("1-2", "partial", "epoch_changed", 1)]
    [InlineData("900000000000000-2", "partial", "epoch_changed", 1)]
    public async Task Get_JudgesTheCursor_WhenEverythingIsHeld(string after, string resume, string? reason, int firstOffset)
    {
        var cursors = await _server.AppendAsync(_session, new Envelopes(_session).Thoughts(5));

        var page = (await _server.GetAsync($"{Path}?after={after.Replace("E", $"{cursors[0].Epoch}", StringComparison.Ordinal)}")).Json;

        ShouldBeJudged(page, resume, reason);
        IdsOf(page).ShouldBe(cursors[(firstOffset - 1)..].Select(cursor => cursor.ToString()));
        page.GetProperty("cursor").GetString().ShouldBe(cursors[^1].ToString());
    }

    [Fact]
    public async Task Get_JudgesTheCursor_WhenTheFirstEventsAreGone()
    {
        await using var server = TestServer.Start(new() { ["Log:MaxEvents"] = "3" });
        var cursors = await server.AppendAsync(_session, new Envelopes(_session).Thoughts(6));

        foreach (var (after, resume, reason) in new (Cursor, string, string?)[] { (Cursor.Zero, "partial", "expired"), (cursors[0], "partial", "expired"), (cursors[2], "full", null) })
        {
            var page = (await server.GetAsync($"{Path}?after={after}")).Json;
            ShouldBeJudged(page, resume, reason);
            IdsOf(page).ShouldBe(cursors[3..].Select(cursor => cursor.ToString()));
        }
    }

    [Theory]
    [InlineData("limit=0", "limit is '0'; it must be a number from 1 to 1000.")]
    [InlineData("limit=1001", "limit is '1001'; it must be a number from 1 to 1000.")]
    [InlineData("limit=-5", "limit is '-5'; ")]
    [InlineData("limit=ten", "limit is 'ten'; ")]
    [InlineData("limit=1e3", "limit is '1e3'; ")]
    [InlineData("limit=99999999999", "limit is '99999999999'; ")]
    [InlineData("limit=1&limit=2", "limit is '1,2'; ")]
    [InlineData("after=yesterday", "after is 'yesterday' and no cursor; a cursor looks like 1763694885123-42.")]
    [InlineData("after=1-", "after is '1-' and no cursor; ")]
    [InlineData("after=-1-2", "after is '-1-2' and no cursor; ")]
    [InlineData("types=", "types is empty; ")]
    [InlineData("types=A", "types holds 'A'; ")]
    [InlineData("types=a*b", "types holds 'a*b'; ")]
    [InlineData("run_id=a%20b", "run_id must be 1 to 128 characters")]
    public async Task Get_Answers400NamingTheParameter_WhenTheQueryIsBad(string query, string expected)
    {
        var answer = await _server.GetAsync($"{Path}?{query}");

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.ContentType.ShouldBe("application/problem+json");
        answer.Title.ShouldStartWith(expected);
    }

    /// <summary>All pages, each asked for with the cursor of the one before.</summary>
    private async Task<List<JsonElement>> PagesAsync(string query)
    {
        var pages = new List<JsonElement>();
        do
        {
            var after = pages.Count == 0 ? "" : $"&after={pages[^1].GetProperty("cursor").GetString()}";
            pages.Add((await _server.GetAsync($"{Path}?{query}{after}")).Json);
        }
        while (pages[^1].GetProperty("has_more").GetBoolean());
        return pages;
    }

    private static List<string> IdsOf(JsonElement page)
    {
        var events = page.GetProperty("events").EnumerateArray().ToList();
        events.ShouldAllBe(stored => stored.EnumerateObject().First().Name == "id");
        return [.. events.Select(stored => stored.GetProperty("id").GetString()!)];
    }

    private static void ShouldBeJudged(JsonElement page, string resume, string? reason)
    {
        page.GetProperty("resume").GetString().ShouldBe(resume);
        (page.TryGetProperty("reason", out var said) ? said.GetString() : null).ShouldBe(reason);
    }
}
