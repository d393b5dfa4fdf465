using System.Net.ServerSentEvents;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

public sealed class FilteredStreamTests : IAsyncDisposable
{
    private const string Session = "s";
    private static readonly EventFactory Factory = new(TimeProvider.System);

    private readonly TestServer _server = TestServer.Start(new() { ["Streaming:Heartbeat"] = "00:00:00.2" });
    private readonly Envelopes _events = new(Session);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("types=*", "agent_thought run_started tool_call_started custom.a run_completed")]
    [InlineData("types=tool_*", "tool_call_started")]
    [InlineData("types=tool_*,run_*", "run_started tool_call_started run_completed")]
    [InlineData("types=run_completed,%20agent_thought", "agent_thought run_completed")]
    [InlineData("types=custom.*", "custom.a")]
    [InlineData("types=custom", "")]
    [InlineData("run_id=r1", "run_started tool_call_started run_completed")]
    [InlineData("run_id=r2", "")]
    [InlineData("types=run_*&run_id=r1", "run_started run_completed")]
    public async Task Get_SendsWhatPasses_WhenThereIsAFilter(string filter, string expected)
    {
        await using var live = await _server.OpenAsync($"/events/{Session}?{filter}");
        await live.NextAsync();
        await PublishAsync();
        await using var late = await _server.OpenAsync($"/events/{Session}?from=earliest&{filter}");
        var types = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (await late.NextAsync(1 + types.Length)).Skip(1).Select(item => item.EventType).ShouldBe(types);
        await _server.Bus.DeleteAsync(StreamKey.Session(Session), TestContext.Current.CancellationToken);
        Ended(await live.ReadToEndAsync()).ShouldBe(types);
        Ended(await late.ReadToEndAsync()).ShouldBeEmpty();

        static IEnumerable<string> Ended(List<SseItem<string>> items)
        {
            // control frames are never filtered
            items[^1].EventType.ShouldBe("stream_closing");
            return items[..^1].Select(item => item.EventType).Where(type => type is not ("session_deleted" or "heartbeat"));
        }
    }

    [Fact]
    public async Task Get_MovesTheCursorWithTheNextHeartbeat_WhenEventsAreFilteredOut()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = await _server.OpenAsync($"/events/{Session}?types=run_*");
        var first = await _server.AppendAsync(Session, _events.Thoughts(3));
        await Eventually.TrueAsync(() => client.LastId == $"{first[2]}", cancellationToken);
        client.Raw.ShouldContain($"\n\nid: {first[2]}\n\n");
        client.Raw.ShouldNotContain($"id: {first[1]}\n");

        // A client that returns with that position gets what was published after it, and nothing earlier.
        var second = await _server.AppendAsync(Session, _events.RunStarted("r"), _events.Thought());
        await using var again = await _server.OpenAsync($"/events/{Session}", $"{first[2]}");
        (await again.NextAsync(3)).Skip(1).Select(item => item.EventId).ShouldBe([$"{second[0]}", $"{second[1]}"]);
        (await client.NextAsync(2))[1].EventId.ShouldBe($"{second[0]}");
    }

    [Fact]
    public async Task Get_SaysThePositionOnceOnly_WhenNothingFurtherIsFilteredOut()
    {
        await using var client = await _server.OpenAsync($"/events/{Session}?types=run_*");
        var cursors = await _server.AppendAsync(Session, _events.Thought());
        await Eventually.TrueAsync(() => client.Raw.EndsWith($"id: {cursors[0]}\n\n:\n:\n", StringComparison.Ordinal), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Get_SendsAComment_AfterSilence()
    {
        await using var client = await _server.OpenAsync($"/events/{Session}");
        await Eventually.TrueAsync(() => client.Raw.EndsWith("}}\n\n:\n:\n", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await _server.AppendAsync(Session, _events.Thought());
        await client.NextAsync();
        (await client.NextAsync()).EventType.ShouldBe("agent_thought");
    }

    [Fact]
    public async Task Get_SendsATypedHeartbeat_WhenAskedTo()
    {
        var cursors = await _server.AppendAsync(Session, _events.Thoughts(2));
        await using var client = await _server.OpenAsync($"/events/{Session}?heartbeat=event&types=run_*");
        await client.NextAsync();
        var heartbeat = await client.NextAsync();
        (heartbeat.EventType, heartbeat.EventId).ShouldBe(("heartbeat", $"{cursors[1]}"));
        heartbeat.Data.ShouldEndWith("\"type\":\"heartbeat\",\"payload\":{\"cursor\":\"" + cursors[1] + "\"}}");
        cursors = await _server.AppendAsync(Session, _events.Thought());
        await client.ReadUntilAsync(item => item.EventType == "heartbeat" && item.EventId == $"{cursors[0]}");
        client.Raw.ShouldNotContain("\n:\n");
    }

    [Fact]
    public async Task Get_SendsNoHeartbeat_WhileEventsFlow()
    {
        await using var server = TestServer.Start(new() { ["Streaming:Heartbeat"] = "00:00:02" });
        await using var client = await server.OpenAsync($"/events/{Session}");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        // The loop lasts longer than the heartbeat's interval.
        for (var i = 0; i < 60; i++)
        {
            await server.AppendAsync(Session, _events.Thought());
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        await client.NextAsync(61);
        client.Raw.ShouldNotContain("\n:\n");
    }

    private Task<Cursor[]> PublishAsync()
    {
        const string Run = "r1";
        return _server.AppendAsync(Session,
            _events.Thought(),
            _events.RunStarted(Run),
            Factory.Create(Session, new ToolCallStarted { ToolCallId = "t", ToolName = "ls", Args = JsonElement.Parse("{}") }, new PublishOptions { RunId = Run }),
            Factory.Create(Session, "custom.a", EventPayload.Empty),
            Factory.Create(Session, "run_completed", EventPayload.Parse("{}"), new PublishOptions { RunId = Run }));
    }
}
