using System.Net;
using System.Text.Json;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>All clients return at once: the log is read once for all of them, not for each.</summary>
public sealed class CrowdTests : IAsyncDisposable
{
    private const int Clients = 100;
    private const int Events = 1000;

    // The feed's start, four pages, and a few clients that asked when a shared page had just become too old.
    private const int MaxReads = 20;

    private readonly TestBus _bus = new();
    private readonly TestServer _server;

    public CrowdTests() => _server = TestServer.StartWith(_bus);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Get_ReadsEachPageOnce_WhenACrowdComesToAFeedThatJustBegan(bool spread)
    {
        var log = await _server.AppendAsync("s", new Envelopes("s").Thoughts(Events));
        await ResumeAsync(log, client => spread ? client * Events / Clients : 0);
        _bus.Reads.ShouldBeLessThan(MaxReads);
    }

    [Fact]
    public async Task Get_ReadsNothing_WhenTheCursorsLieInTheWindow()
    {
        await using var first = await _server.OpenAsync("/events/s");
        await first.NextAsync();
        var log = await _server.AppendAsync("s", new Envelopes("s").Thoughts(Events));
        await first.NextAsync(Events);
        var before = _bus.Reads;
        await ResumeAsync(log, client => 1 + client);
        _bus.Reads.ShouldBe(before);
    }

    [Theory]
    [InlineData("session_ended", "?close=session", "session_ended")]
    [InlineData("run_completed", "?close=terminal&run_id=r", "run_ended")]
    [InlineData("session_deleted", "", "session_deleted")]
    public async Task Get_Ends_WhenTheEndLiesInTheWindow(string type, string query, string reason)
    {
        await using var first = await _server.OpenAsync("/events/s");
        await first.NextAsync();
        var events = new Envelopes("s");
        var end = type switch
        {
            "session_ended" => events.SessionEnded(),
            "run_completed" => events.RunCompleted("r"),
            _ => events.SessionDeleted(),
        };
        var cursors = await _server.AppendAsync("s", [.. events.Thoughts(2), end]);
        await first.NextAsync(3);
        await using var returning = await _server.OpenAsync($"/events/s{query}", $"{cursors[0]}");
        var last = (await returning.ReadToEndAsync())[^1];
        last.EventType.ShouldBe("stream_closing");
        last.Data.ShouldContain($"\"reason\":\"{reason}\"");
        await using var over = await _server.OpenAsync($"/events/s{query}", $"{cursors[2]}");
        over.Response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    private async Task ResumeAsync(Cursor[] log, Func<int, int> missedFrom)
    {
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            var from = missedFrom(number);
            var cursor = from == 0 ? Cursor.Zero : log[from - 1];
            await using var client = await _server.OpenAsync("/events/s", $"{cursor}");
            var started = JsonElement.Parse((await client.NextAsync()).Data).GetProperty("payload");
            started.GetProperty("resume").GetString().ShouldBe("full");
            started.GetProperty("replayed").GetInt32().ShouldBe(Events - from);
            (await client.NextAsync(Events - from)).Select(item => item.EventId).ShouldBe(log[from..].Select(id => $"{id}"));
        }));
    }
}
