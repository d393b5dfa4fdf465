using EventStream.Bus;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>Two servers on one Redis.</summary>
[Needs(Need.Redis)]
public sealed class TwoNodesTests(RedisServer redis) : IAsyncLifetime
{
    private readonly string _session = $"two-nodes-{Guid.NewGuid():N}";
    private TestServer _one = null!, _other = null!;

    public async ValueTask InitializeAsync()
    {
        await redis.StartAsync();
        (_one, _other) = (Start(), Start());
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Get_SendsEveryEventOnceInOrder_WhenItIsPublishedOnEitherNode()
    {
        var events = new Envelopes(_session);
        await using var here = await _one.OpenAsync($"/events/{_session}");
        await using var there = await _other.OpenAsync($"/events/{_session}");
        await here.NextAsync();
        await there.NextAsync();
        var expected = new List<string>();
        for (var i = 0; i < 50; i++) expected.AddRange((await (i % 2 == 0 ? _one : _other).AppendAsync(_session, events.Thoughts(3))).Select(cursor => $"{cursor}"));
        (await here.NextAsync(150)).Select(item => item.EventId!).ShouldBe(expected);
        (await there.NextAsync(150)).Select(item => item.EventId!).ShouldBe(expected);
    }

    [Fact]
    public async Task Get_ResumesExactly_WhenTheClientComesBackToTheOtherNode()
    {
        var cursors = await _one.AppendAsync(_session, new Envelopes(_session).Thoughts(5));
        await using var client = await _other.OpenAsync($"/events/{_session}", $"{cursors[1]}");
        var items = await client.NextAsync(4);
        items[0].Data.ShouldContain("\"resume\":\"full\",\"replayed\":3");
        items.Select(item => item.EventId).ShouldBe(cursors[1..].Select(cursor => $"{cursor}"));
    }

    [Theory]
    [InlineData("close=session")]
    [InlineData("close=terminal&run_id=r")]
    [InlineData("close=never")]
    public async Task Get_EndsOnBothNodes_WhenItIsOver(string query)
    {
        var events = new Envelopes(_session);
        await using var here = await _one.OpenAsync($"/events/{_session}?{query}");
        await using var there = await _other.OpenAsync($"/events/{_session}?{query}");
        await _one.AppendAsync(_session, events.RunCompleted("r"), events.SessionEnded());
        if (query == "close=never") await _other.Bus.DeleteAsync(StreamKey.Session(_session), TestContext.Current.CancellationToken);
        foreach (var client in (SseClient[])[here, there])
        {
            (await client.ReadToEndAsync())[^1].Data.ShouldContain("\"reconnect\":false");
            await using var again = await _other.OpenAsync($"/events/{_session}?{query}", client.LastId);
            ((int)again.Response.StatusCode).ShouldBe(204);
        }
    }

    private TestServer Start() =>
        TestServer.Start(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString, ["Streaming:JoinTimeout"] = "00:00:30" });
}
