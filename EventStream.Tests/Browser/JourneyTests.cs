using System.Diagnostics;
using System.Globalization;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>What people come with in the night, each answered in at most five actions from the start page.</summary>
public sealed class JourneyTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private const int MaxActions = 5;
    private const string LastWords = "Half of the invoices could **not** be checked.";

    private readonly Stopwatch _watch = new();
    private int _actions;

    private ILocator Detail => Page.GetByRole(AriaRole.Region, new() { Name = "Detail" });

    private ILocator ErrorsFigure => Page.Locator(".summary dl > div", new() { HasText = "Errors" }).GetByRole(AriaRole.Button);

    [Fact]
    public async Task WhichToolFailedFirst_WithWhatArguments_WhileEventsCome()
    {
        await PublishAsync(NightSession.Events());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var coming = PublishForeverAsync(stop.Token);
        await StartAsync();

        await ActAsync(() => SessionLink().ClickAsync());
        await ActAsync(() => ErrorsFigure.ClickAsync());

        await Assertions.Expect(Detail).ToContainTextAsync("Tool call sql_query");
        await Assertions.Expect(Detail).ToContainTextAsync("select * from invoices_0");
        await Assertions.Expect(Detail).ToContainTextAsync("timeout after 3,000 ms");
        ShouldBeShort("the tool that failed first, while 200 events a second come");
        await Page.Keyboard.PressAsync("e");
        await Assertions.Expect(Detail).ToContainTextAsync("select * from invoices_2");
        await stop.CancelAsync();
        (await coming).ShouldBeGreaterThan(0);
        await ShouldBeAccessibleAsync("a trace that grows");
    }

    [Fact]
    public async Task WhichAgentBurnsTheTime()
    {
        await PublishAsync(NightSession.Events());
        await StartAsync();

        await ActAsync(() => SessionLink().ClickAsync());
        await ActAsync(() => Tab("Agents").ClickAsync());
        var slowest = Enumerable.Range(0, NightSession.Workers).MaxBy(NightSession.MillisecondsOf);
        var first = Page.GetByRole(AriaRole.Row).Nth(1);
        await Assertions.Expect(first).ToContainTextAsync(string.Create(CultureInfo.InvariantCulture, $"worker-{slowest}4."));
        await ShouldBeAccessibleAsync("the agents");
        await ActAsync(() => first.GetByRole(AriaRole.Button).ClickAsync());

        await Assertions.Expect(Detail).ToContainTextAsync($"Run worker-{slowest}");
        ShouldBeShort("the agent that takes the time");
    }

    [Fact]
    public async Task WhatDidTheUserSeeLast()
    {
        await PublishAsync([.. NightSession.Events(),
            new { type = "agent_message_end", run_id = "root", payload = new { message_id = "last", content = LastWords } },
            .. Notes(200)]);
        await StartAsync();

        await ActAsync(() => SessionLink().ClickAsync());
        await ActAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = "Messages" }).ClickAsync());

        await Assertions.Expect(Rows.Last).ToContainTextAsync(LastWords.Replace("**", "", StringComparison.Ordinal));
        await Assertions.Expect(Rows.Last).ToBeInViewportAsync();
        ShouldBeShort("what the user saw last");
    }

    [Fact]
    public async Task FailedCall_IsFound_ByKeyboardAlone()
    {
        await PublishAsync(NightSession.Events());
        await StartAsync();

        await ActAsync(() => Page.Keyboard.PressAsync("/"));
        await ActAsync(() => Page.Keyboard.TypeAsync(Session));
        await Assertions.Expect(SessionLink()).ToHaveCountAsync(1);
        await ActAsync(() => Page.Keyboard.PressAsync("Enter"));
        await ShowsEventsAsync("452");
        await ActAsync(() => Page.Keyboard.PressAsync("e"));

        await Assertions.Expect(Detail).ToContainTextAsync("select * from invoices_0");
        ShouldBeShort("the failed call, by keyboard alone");
    }

    private async Task StartAsync()
    {
        await OpenAsync("/");
        await Assertions.Expect(Page.GetByRole(AriaRole.List, new() { Name = "Recent sessions" })).ToBeVisibleAsync();
        _watch.Restart();
    }

    private ILocator SessionLink() => Page.GetByRole(AriaRole.Link, new() { Name = Session });

    private async Task ActAsync(Func<Task> act)
    {
        await act();
        _actions++;
    }

    private void ShouldBeShort(string what)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {_actions} actions, {_watch.Elapsed.TotalSeconds:F1} s"));
        _actions.ShouldBeLessThanOrEqualTo(MaxActions, what);
    }

    /// <summary>Publishes 20 events each 100 ms.</summary>
    /// <returns>How many there were.</returns>
    private async Task<int> PublishForeverAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var count = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await PublishAsync([.. Enumerable.Range(count, 20).Select(number => (object)(number % 10 == 0
                    ? new { type = "tool_call_started", run_id = "live", payload = new { tool_call_id = $"live{number}", tool_name = "read_disk", args = new { number } } }
                    : number % 10 == 9
                    ? new { type = "tool_call_result", run_id = "live", payload = new { tool_call_id = $"live{number - 9}", tool_name = "read_disk", result = number } }
                    : new { type = "agent_message_delta", run_id = "live", payload = new { message_id = $"m{number / 100}", delta = $"word {number} " } }))]);
                count += 20;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The journey has ended.
        }
        return count;
    }
}
