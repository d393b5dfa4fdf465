using System.Net.ServerSentEvents;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>The verdict on a cursor and exactly the events that follow, over the wire.</summary>
public sealed class ResumedStreamTests : IAsyncDisposable
{
    private const string Session = "s";

    // The log holds five events.
    private readonly TestServer _server = TestServer.Start(new() { ["Log:MaxEvents"] = "5" });
    private readonly Envelopes _events = new(Session);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(3, "", null, "none", null, 3, 0)]
    [InlineData(3, "?from=live", null, "none", null, 3, 0)]
    [InlineData(3, "?from=earliest", null, "none", null, 0, 3)]
    [InlineData(9, "?from=earliest", null, "none", null, 4, 5)]
    [InlineData(3, "", "E-1", "full", null, 1, 2)]
    [InlineData(3, "", "E-0", "full", null, 0, 3)]
    [InlineData(3, "", "E-3", "full", null, 3, 0)]
    [InlineData(3, "", "0-0", "full", null, 0, 3)]
    [InlineData(9, "", "E-4", "full", null, 4, 5)]
    [InlineData(9, "", "E-3", "partial", "expired", 4, 5)]
    [InlineData(9, "", "0-0", "partial", "expired", 4, 5)]
    [InlineData(3, "", "1-1", "partial", "epoch_changed", 0, 3)]
    [InlineData(3, "", "E-4", "partial", "ahead", 3, 0)]
    [InlineData(3, "", "nonsense", "none", "malformed_cursor", 3, 0)]
    [InlineData(3, "", "E-01", "none", "malformed_cursor", 3, 0)]
    [InlineData(3, "?from=earliest", "nonsense", "none", "malformed_cursor", 0, 3)]
    [InlineData(3, "?last_event_id=E-1", null, "full", null, 1, 2)]
    [InlineData(3, "?lastEventId=E-1", null, "full", null, 1, 2)]
    [InlineData(3, "?last_event_id=E-1&lastEventId=E-2", null, "full", null, 1, 2)]
    [InlineData(3, "?last_event_id=&lastEventId=E-2", null, "full", null, 2, 1)]
    [InlineData(3, "?last_event_id=E-1&lastEventId=E-1", "E-2", "full", null, 2, 1)]
    [InlineData(3, "?last_event_id=E-1&from=earliest", null, "full", null, 1, 2)]
    [InlineData(3, "?last_event_id=E-1", "", "full", null, 1, 2)]
    public async Task Get_SendsExactlyWhatFollows_When(int published, string query, string? header, string verdict, string? reason, int startOffset, int replayed)
    {
        var cursors = await _server.AppendAsync(Session, _events.Thoughts(published));
        var epoch = $"{cursors[0].Epoch}";
        await using var client = await _server.OpenAsync($"/events/{Session}{query.Replace("E-", epoch + "-", StringComparison.Ordinal)}", header?.Replace("E", epoch, StringComparison.Ordinal));

        var start = new Cursor(cursors[0].Epoch, startOffset);
        await AssertStartedAsync(client, start, verdict, reason, replayed);
        await AssertFollowsAsync(client, [.. cursors.Where(cursor => cursor > start)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?from=earliest")]
    public async Task Get_StartsBeforeEverything_WhenTheSessionIsNew(string query)
    {
        await using var client = await _server.OpenAsync($"/events/{Session}{query}");
        await AssertStartedAsync(client, Cursor.Zero, "none", null, 0);
        await AssertFollowsAsync(client, []);
    }

    [Fact]
    public async Task Get_StartsAtZero_WhenTheClientComesBackToASessionThatIsStillEmpty()
    {
        await using var client = await _server.OpenAsync($"/events/{Session}", "0-0");
        await AssertStartedAsync(client, Cursor.Zero, "full", null, 0);
        await AssertFollowsAsync(client, []);
    }

    [Fact]
    public async Task Get_SaysExpired_WhenNoLogIsLeft()
    {
        await using var client = await _server.OpenAsync($"/events/{Session}", "5-3");
        await AssertStartedAsync(client, Cursor.Zero, "partial", "expired", 0);
        await AssertFollowsAsync(client, []);
    }

    [Fact]
    public async Task Get_SaysEpochChanged_WhenTheLogWasDeletedAndBegunAgain()
    {
        var before = await _server.AppendAsync(Session, _events.Thoughts(3));
        await _server.Bus.DeleteAsync(StreamKey.Session(Session), TestContext.Current.CancellationToken);
        var after = await _server.AppendAsync(Session, _events.Thoughts(2));
        after[0].Epoch.ShouldBeGreaterThan(before[0].Epoch);

        await using var client = await _server.OpenAsync($"/events/{Session}", $"{before[2]}");
        await AssertStartedAsync(client, after[0].Previous, "partial", "epoch_changed", 2);
        await AssertFollowsAsync(client, after);
    }

    [Fact]
    public async Task Get_LosesNothing_WhenTheClientDropsAfterTheFirstFrame()
    {
        var cursors = await _server.AppendAsync(Session, _events.Thoughts(3));
        string position;
        await using (var first = await _server.OpenAsync($"/events/{Session}?from=earliest"))
        {
            position = JsonDocument.Parse((await first.NextAsync()).Data).RootElement.GetProperty("payload").GetProperty("cursor").GetString()!;
        }
        await using var second = await _server.OpenAsync($"/events/{Session}", position);
        await AssertStartedAsync(second, cursors[0].Previous, "full", null, 3);
        await AssertFollowsAsync(second, cursors);
    }

    [Fact]
    public async Task Get_RepeatsAndLosesNothing_WhenAClientComesBackAgainAndAgain()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start();
        var publishing = Task.Run(async () =>
        {
            foreach (var thought in _events.Thoughts(400))
            {
                await server.AppendAsync(Session, thought);
                await Task.Yield();
            }
        }, cancellationToken);
        var ids = new List<Cursor>();
        var position = "0-0";
        while (ids.Count < 400)
        {
            await using var client = await server.OpenAsync($"/events/{Session}", position);
            Verdict(await client.NextAsync()).ShouldBe("full");
            var items = await client.NextAsync(Math.Min(1 + ids.Count % 37, 400 - ids.Count));
            ids.AddRange(items.Select(item => Cursor.Parse(item.EventId!)));
            position = items[^1].EventId!;
        }
        await publishing;
        ids.Select(id => id.Offset).ShouldBe(Enumerable.Range(1, 400).Select(offset => (long)offset));
    }

    private async Task AssertFollowsAsync(SseClient client, Cursor[] replayed)
    {
        var live = await _server.AppendAsync(Session, _events.Thoughts(2));
        var items = await client.NextAsync(replayed.Length + 2);
        items.Select(item => item.EventId).ShouldBe([.. replayed.Concat(live).Select(cursor => cursor.ToString())]);
    }

    private static async Task AssertStartedAsync(SseClient client, Cursor start, string verdict, string? reason, int replayed)
    {
        var first = await client.NextAsync();
        first.EventType.ShouldBe("session_stream_started");
        first.EventId.ShouldBe($"{start}");
        var expected = new Dictionary<string, string?> { ["cursor"] = $"{start}", ["resume"] = verdict, ["reason"] = reason, ["replayed"] = $"{replayed}" };
        var payload = JsonDocument.Parse(first.Data).RootElement.GetProperty("payload");
        foreach (var (name, value) in expected) (payload.TryGetProperty(name, out var member) ? member.ToString() : null).ShouldBe(value, name);
    }

    private static string Verdict(SseItem<string> first) => JsonDocument.Parse(first.Data).RootElement.GetProperty("payload").GetProperty("resume").GetString()!;
}
