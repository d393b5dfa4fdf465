using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>What the page shows when its connection breaks, and afterwards.</summary>
public sealed class ConnectionTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private readonly RedisServer _redis = redis;

    private protected override bool IsFault(IConsoleMessage message) => base.IsFault(message) && !message.Text.Contains("net::ERR_", StringComparison.Ordinal);

    [Fact]
    public async Task Page_LosesAndRepeatsNoRow_WhenTheServerIsKilledAndComesBack()
    {
        await using var node = new RestartableServer($"--ConnectionStrings:Redis={_redis.ConnectionString}");
        await node.StartAsync(Cancel);
        await PublishAsync(Notes(20));
        await Page.GotoAsync(new Uri(node.Address, $"/events/{Session}").ToString());
        await Assertions.Expect(Rows).ToHaveCountAsync(20);

        await node.KillAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Not connected.");
        await PublishAsync(Notes(20, first: 21));
        await node.StartAsync(Cancel);

        var notes = Rows.Filter(new() { HasText = "note " });
        await Assertions.Expect(notes).ToHaveCountAsync(40);
        (await notes.Locator(".es-line").AllInnerTextsAsync()).ShouldBe(Enumerable.Range(1, 40).Select(number => $"note {number}"));
        await Assertions.Expect(Rows.Filter(new() { HasText = "Connected again" })).ToContainTextAsync("Nothing was missed");
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Tab("Connection").ClickAsync();
        await Assertions.Expect(Page.Locator(".journal-back")).ToContainTextAsync("20 events were fetched from the log");
        (await Page.Locator(".journal-lost").CountAsync()).ShouldBePositive();
    }

    [Fact]
    public async Task Page_TellsOfAGap_WhenTheLogNoLongerHasWhatItMissed()
    {
        await using var node = new RestartableServer($"--ConnectionStrings:Redis={_redis.ConnectionString}");
        await node.StartAsync(Cancel);
        await PublishAsync(Notes(3));
        await Page.GotoAsync(new Uri(node.Address, $"/events/{Session}").ToString());
        await Assertions.Expect(Rows).ToHaveCountAsync(3);

        await node.TerminateAsync();
        await using (var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = _redis.ConnectionString }, new LogOptions { MaxEvents = 5 }))
        {
            await bus.AppendAsync(new AppendRequest { Stream = StreamKey.Session(Session), Events = new Envelopes(Session).Thoughts(50) }, Cancel);
        }
        await node.StartAsync(Cancel);

        await Assertions.Expect(Rows.Filter(new() { HasText = "events may be missing here" })).ToHaveCountAsync(1);
        await Assertions.Expect(Page.Locator(".summary .bad dt")).ToHaveTextAsync("Gaps");
        await Tab("Connection").ClickAsync();
        await Assertions.Expect(Page.Locator(".journal-gap")).ToContainTextAsync("what came before has expired in the log");
        await Assertions.Expect(Page.Locator(".journal-closing")).ToContainTextAsync("The server stops");
    }

    [Fact]
    public async Task Page_SaysThatItIsOver_WhenTheSessionIsDeleted()
    {
        await PublishAsync(Notes(2));
        await WatchAsync();

        await Server.DeleteAsync($"/events/{Session}");

        await Assertions.Expect(State()).ToHaveTextAsync("Ended");
        await Assertions.Expect(Page.Locator(".banner")).ToContainTextAsync("The session was deleted.");
        await Assertions.Expect(Rows.Filter(new() { HasText = "note" })).ToHaveCountAsync(2);

        await PublishAsync(Notes(1));
        await Button("Try again").ClickAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(1);
        await LiveAsync();
    }

    [Fact]
    public async Task Page_ShowsWhatIsPublishedAndPlayed_WhenTheSessionWasDeletedBefore()
    {
        await WatchAsync("?speed=20");
        await DeleteAsync();
        await Button("Publish").ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("Stored as");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(1);

        await DeleteAsync();
        await Button("Play demo").ClickAsync();
        await Assertions.Expect(Rows.Filter(new() { HasText = "docker_list_containers" })).ToHaveCountAsync(1);

        async Task DeleteAsync()
        {
            await LiveAsync();
            await PublishAsync(Notes(1));
            await Assertions.Expect(Rows.Last).ToContainTextAsync("note 1");
            await Server.DeleteAsync($"/events/{Session}");
            await Assertions.Expect(State()).ToHaveTextAsync("Ended");
        }
    }
}
