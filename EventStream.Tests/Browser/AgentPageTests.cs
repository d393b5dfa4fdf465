using EventStream.Agents;
using EventStream.Dispatching;
using EventStream.Tests.Agents;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>People ask agents from the page, watch over them, steer, answer and stop them. The workers are real, and reach the server over HTTP.</summary>
public sealed class AgentPageTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private readonly string _agent = $"planner-{Guid.NewGuid():N}"[..16];

    private protected override Dictionary<string, string> Settings => new(base.Settings) { ["Agents:ClaimTimeout"] = "00:00:05" };

    private ILocator Runs => Page.Locator(".runs .es-run");

    private ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    private ILocator Question => QuestionOn(Page);

    // Chromium itself logs the 409 of an answer that comes too late.
    private protected override bool IsFault(IConsoleMessage message) => base.IsFault(message) && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal);

    [Fact]
    public async Task Page_AsksAnAgent_WatchesSteersAnswersAndStopsIt()
    {
        await using var worker = await HostAsync(async (run, stop) =>
        {
            await run.Events.AgentThoughtAsync($"Asked: {run.Input!.Value.GetProperty("question")}", stop);
            await run.Events.AgentThoughtAsync($"I mind: {await run.Steering.ReadAsync(stop)}", stop);
            var answer = await run.ApproveAsync("tc_1", "restart", new { container = "web" }, "It restarts a server.");
            await run.Events.AgentThoughtAsync($"{answer.IsApproved}: {answer.Reason}", stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        await WatchAsync();

        await Button("Run").ClickAsync();
        await Dialog.GetByLabel("Agent").FillAsync(_agent);
        await Dialog.GetByLabel("Input").FillAsync("""{"question":"Is it up?"}""");
        await ShouldBeAccessibleAsync("asking an agent");
        await ShootAsync("inspector-run");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await Assertions.Expect(Dialog).ToHaveCountAsync(0);
        await Assertions.Expect(Runs).ToContainTextAsync("Running");
        await Assertions.Expect(Rows.Filter(new() { HasText = "Asked: Is it up?" })).ToHaveCountAsync(1);

        await Button($"Steer {_agent}").ClickAsync();
        await Page.GetByLabel($"Tell {_agent} what to mind").FillAsync("The logs first.");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Rows.Filter(new() { HasText = "I mind: The logs first." })).ToHaveCountAsync(1);

        await Assertions.Expect(Question).ToContainTextAsync($"{_agent} asks to call restart");
        await Assertions.Expect(Question).ToContainTextAsync("It restarts a server.");
        await ShouldBeAccessibleAsync("a question of an agent");
        await ShootAsync("inspector-approval");
        await Question.GetByLabel("Reason for your answer").FillAsync("Nobody uses it now.");
        await Question.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Assertions.Expect(Rows.Filter(new() { HasText = "True: Nobody uses it now." })).ToHaveCountAsync(1);
        await Assertions.Expect(Question).ToContainTextAsync("Approved: Nobody uses it now.");

        await Button($"Stop {_agent}").ClickAsync();
        await Assertions.Expect(Runs).ToContainTextAsync("Cancelled");
        await Assertions.Expect(Button($"Stop {_agent}")).ToHaveCountAsync(0);
        await Assertions.Expect(Question).ToHaveCountAsync(0);

        await Page.ReloadAsync();
        await Button("Run").ClickAsync();
        await Assertions.Expect(Dialog.GetByLabel("Agent")).ToHaveValueAsync(_agent);
    }

    [Fact]
    public async Task Page_SaysThatTheFirstAnswerCounts_WhenTwoAnswerAtOnce()
    {
        var seen = new TaskCompletionSource();
        await using var worker = await HostAsync(async (run, stop) =>
        {
            run.Output = (await run.ApproveAsync("tc_1", "restart")).IsApproved ? "restarted" : "left alone";
            // Once it has ended, that is what the second is told.
            await seen.Task.WaitAsync(stop);
        });
        await WatchAsync();
        var other = await Page.Context.NewPageAsync();
        await other.GotoAsync(Page.Url);
        await AskAsync();
        var held = new TaskCompletionSource();
        foreach (var page in (IPage[])[Page, other])
        {
            await page.RouteAsync("**/approvals/*", async route =>
            {
                await held.Task;
                await route.ContinueAsync();
            });
        }

        await Question.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await QuestionOn(other).GetByRole(AriaRole.Button, new() { Name = "Refuse" }).ClickAsync();
        await Assertions.Expect(Question.GetByRole(AriaRole.Button, new() { Name = "Approve" })).ToBeDisabledAsync();
        held.SetResult();

        var alerts = await AlertsAsync(other);
        alerts.Count.ShouldBe(1, "One of the two is told that it came too late.");
        alerts[0].ShouldMatch("^'approval-[0-9a-f]+' was (approved|refused) already; the first answer counts.$");
        seen.SetResult();
        var isApproved = alerts[0].Contains("approved already", StringComparison.Ordinal);
        await Assertions.Expect(Runs).ToContainTextAsync(isApproved ? "restarted" : "left alone");
        var late = isApproved ? other : Page;
        await Assertions.Expect(QuestionOn(late)).ToContainTextAsync(isApproved ? "Approved." : "Refused.");
        await late.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await Assertions.Expect(QuestionOn(late)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Page_SaysThatARunIsLost_WhenItsWorkerDies_AndTheNextOneCanBeAsked()
    {
        await using var network = new TcpRelay(Server.Address.Port);
        var isFirst = true;
        await using var worker = await AgentHost.StartAsync(services => services.AddEventDispatcher(events => events.Server = new Uri($"http://127.0.0.1:{network.Port}")), _agent, async (run, stop) =>
        {
            if (!isFirst) return;
            isFirst = false;
            await run.ApproveAsync("tc_1", "restart");
        }, options => options.Lease = TimeSpan.FromSeconds(5));
        await WatchAsync();
        await AskAsync();
        await Assertions.Expect(Question).ToHaveCountAsync(1);

        // Nobody listens there, so the worker is gone for the server.
        network.Target = 1;
        network.Cut();

        await Assertions.Expect(Runs).ToContainTextAsync($"Lost{_agent}Its worker gave no sign of life in time: it died, or lost the network.");
        await Assertions.Expect(Rows.Last).ToContainTextAsync("Run lost");
        await Assertions.Expect(Question).ToHaveCountAsync(0);
        await Assertions.Expect(Button($"Stop {_agent}")).ToHaveCountAsync(0);
        await ShootAsync("inspector-lost");
        network.Target = Server.Address.Port;
        await AskAsync();
        await Assertions.Expect(Runs.Last).ToContainTextAsync("Completed");
    }

    [Fact]
    public async Task Page_SaysThatARunIsUnclaimed_WhenNoWorkerTakesIt()
    {
        await WatchAsync();
        await Button("Run").ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await Assertions.Expect(Dialog.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Give the name of an agent.");
        await Dialog.GetByLabel("Agent").FillAsync(_agent);
        await Dialog.GetByLabel("Input").FillAsync("{oops");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await Assertions.Expect(Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("The input begins like JSON, and is none");
        await Dialog.GetByLabel("Input").FillAsync("Is it up?");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();

        await Assertions.Expect(Dialog.GetByRole(AriaRole.Status)).ToContainTextAsync($"No worker of {_agent} listens at the moment.");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Assertions.Expect(Runs).ToContainTextAsync($"Requested{_agent}Waits for a worker");
        await Assertions.Expect(Runs).ToContainTextAsync($"Unclaimed{_agent}No worker of the agent took it in time.");
    }

    [Fact]
    public async Task Page_ShowsSubagentsUnderWhoAskedThem_AndActsOnlyWhileItIsLive()
    {
        await PublishAsync(
            new { type = "run_started", agent_id = "lead", payload = new { run_id = "r1" } },
            new { type = "tool_call_started", run_id = "r1", payload = new { tool_call_id = "tc_1", tool_name = "research", args = new { } } },
            new { type = "run_started", agent_id = "other", payload = new { run_id = "r2" } },
            new { type = "run_created", payload = new { run_id = "r1a", parent_run_id = "r1", parent_tool_call_id = "tc_1", agent = "reader" } },
            new { type = "run_started", payload = new { run_id = "r1a" } },
            new { type = "run_created", payload = new { run_id = "r1b", parent_run_id = "r1a", agent = "checker" } },
            new { type = "run_failed", payload = new { run_id = "r1b", error = "Its lease ended.", error_type = "lost" } },
            new { type = "tool_approval_requested", payload = new { approval_id = "a1", run_id = "r1a", tool_call_id = "tc_2", tool_name = "fetch", args = new { url = "http://localhost/" }, agent = "reader" } });
        await WatchAsync();

        await Assertions.Expect(Runs.Locator("strong")).ToHaveTextAsync(["lead", "reader", "checker", "other"]);
        await Assertions.Expect(Page.Locator(".run-parent .visually-hidden")).ToHaveTextAsync(["asked by lead, for its call of research", "asked by reader"]);
        await Assertions.Expect(Page.Locator(".run .es-stop")).ToHaveCountAsync(3);
        await ShouldBeAccessibleAsync("a tree of runs");
        await ShootAsync("inspector-tree");
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await ShootAsync("inspector-tree-dark");
        await Page.SetViewportSizeAsync(390, 844);
        await ShouldFitAsync();
        await ShootAsync("inspector-tree-phone");
        await Button("Steer reader").ClickAsync();
        await Page.Locator(".tools-panel").ScrollIntoViewIfNeededAsync();
        await ShootAsync("inspector-tree-phone-runs");
        await Page.SetViewportSizeAsync(320, 700);
        await ShouldFitAsync();
        await Page.Locator(".runs-panel").ScrollIntoViewIfNeededAsync();
        await ShootAsync("inspector-tree-small");

        await Page.SetViewportSizeAsync(1440, 900);
        await Button("Pause").ClickAsync();
        await Assertions.Expect(Page.Locator(".run button, .es-approval button")).ToHaveCountAsync(0);
        await Assertions.Expect(Question).ToHaveCountAsync(1);
        await Button("Resume").First.ClickAsync();
        await Assertions.Expect(Button("Approve")).ToHaveCountAsync(1);
    }

    /// <summary>Checks that the page isn't wider than its window.</summary>
    private async Task ShouldFitAsync() => (await Page.EvaluateAsync<string[]>("""
        () => document.documentElement.scrollWidth <= innerWidth ? []
            : [...document.querySelectorAll("body *")].filter(element => element.children.length === 0 && element.getBoundingClientRect().right > innerWidth).map(element => `${element.getBoundingClientRect().right} ${element.outerHTML.slice(0, 80)}`).sort().slice(-5)
        """)).ShouldBeEmpty();

    private static ILocator QuestionOn(IPage page) => page.Locator(".es-approval");

    /// <summary>Starts a worker, and waits until it listens.</summary>
    private async Task<AgentHost> HostAsync(Func<RunContext, CancellationToken, Task> handler)
    {
        var host = await AgentHost.StartAsync(services => services.AddEventDispatcher(events => events.Server = Server.Address), _agent, handler);
        await Eventually.TrueAsync(() => Server.Feeds.OpenStreams > 0, Cancel);
        return host;
    }

    private async Task AskAsync()
    {
        await Button("Run").ClickAsync();
        await Dialog.GetByLabel("Agent").FillAsync(_agent);
        await Dialog.GetByLabel("Agent").PressAsync("Enter");
        await Assertions.Expect(Runs.Last).ToContainTextAsync(_agent);
        if (await Dialog.CountAsync() > 0) await Page.Keyboard.PressAsync("Escape");
    }

    /// <summary>What both pages say is wrong, once one does.</summary>
    private async Task<IReadOnlyList<string>> AlertsAsync(IPage other)
    {
        IReadOnlyList<string> alerts = [];
        await Eventually.TrueAsync(async () => (alerts = [.. await Page.GetByRole(AriaRole.Alert).AllInnerTextsAsync(), .. await other.GetByRole(AriaRole.Alert).AllInnerTextsAsync()]).Count > 0, Cancel);
        return alerts;
    }
}
