using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.History;

/// <summary>A log that loses its oldest events while its history is read: the answer says what is missing.</summary>
public sealed class TrimmedHistoryTests : IAsyncDisposable
{
    private const string Path = "/events/s/history";

    private readonly TestBus _bus = new(new() { MaxEvents = 10, MaxBytes = 64 * 1024 * 1024 });
    private readonly TestServer _server;
    private readonly Envelopes _events = new("s");

    public TrimmedHistoryTests() => _server = TestServer.StartWith(_bus);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_TellsTheHole_WhenTheLogIsTrimmedBetweenItsPages()
    {
        await _server.AppendAsync("s", _events.Thoughts(10));
        var first = (await _server.GetAsync($"{Path}?limit=4")).Json;
        var cursors = await _server.AppendAsync("s", _events.Thoughts(8));

        var second = (await _server.GetAsync($"{Path}?limit=4&after={CursorOf(first)}")).Json;

        ShouldSay(second, "partial", "expired");
        IdsOf(second)[0].ShouldBe($"{new Cursor(cursors[0].Epoch, 9)}");
        var third = (await _server.GetAsync($"{Path}?limit=10&after={CursorOf(second)}")).Json;
        ShouldSay(third, "full", null);
        IdsOf(third)[^1].ShouldBe($"{cursors[^1]}");
    }

    [Theory]
    [InlineData("0-0", "partial", "expired")]
    [InlineData("", "none", null)]
    public async Task Get_TellsTheHole_WhenTheLogIsTrimmedAfterItsStateWasRead(string after, string verdict, string? reason)
    {
        await _server.AppendAsync("s", _events.Thoughts(10));
        AppendAfterRead(1, 5);

        var page = (await _server.GetAsync($"{Path}?after={after}")).Json;

        ShouldSay(page, verdict, reason);
        OffsetsOf(page).ShouldBe(Enumerable.Range(6, 10).Select(offset => (long)offset));
    }

    [Theory]
    [InlineData("")]
    [InlineData("types=run_started")]
    public async Task Get_EndsBeforeTheHole_WhenTheLogIsTrimmedInTheMidstOfAPage(string filter)
    {
        // The bus reads at most 1 MiB at once: five of these events.
        await _server.AppendAsync("s", [.. Enumerable.Range(0, 10).Select(_ => _events.Thought(new string('x', 200_000)))]);
        AppendAfterRead(2, 8);

        var page = (await _server.GetAsync($"{Path}?after=0-0&{filter}")).Json;

        ShouldSay(page, "full", null);
        page.GetProperty("has_more").GetBoolean().ShouldBeTrue();
        var end = Cursor.Parse(CursorOf(page)).Offset;
        end.ShouldBeInRange(1, 7);
        if (filter.Length == 0) OffsetsOf(page).ShouldBe(Enumerable.Range(1, (int)end).Select(offset => (long)offset));
        var next = (await _server.GetAsync($"{Path}?after={CursorOf(page)}")).Json;
        ShouldSay(next, "partial", "expired");
        OffsetsOf(next).ShouldBe(Enumerable.Range(9, 10).Select(offset => (long)offset));
    }

    // Appends between two reads of the same request.
    private void AppendAfterRead(int read, int count)
    {
        var reads = 0;
        _bus.Page = page =>
        {
            if (++reads == read)
            {
                var appended = _bus.AppendAsync(new AppendRequest { Stream = StreamKey.Session("s"), Events = _events.Thoughts(count) }, TestContext.Current.CancellationToken);
                appended.IsCompletedSuccessfully.ShouldBeTrue();
            }
            return page;
        };
    }

    private static string CursorOf(JsonElement page) => page.GetProperty("cursor").GetString()!;

    private static List<string> IdsOf(JsonElement page) => [.. page.GetProperty("events").EnumerateArray().Select(stored => stored.GetProperty("id").GetString()!)];

    private static IEnumerable<long> OffsetsOf(JsonElement page) => IdsOf(page).Select(id => Cursor.Parse(id).Offset);

    private static void ShouldSay(JsonElement page, string verdict, string? reason)
    {
        page.GetProperty("resume").GetString().ShouldBe(verdict);
        (page.TryGetProperty("reason", out var said) ? said.GetString() : null).ShouldBe(reason);
    }
}
