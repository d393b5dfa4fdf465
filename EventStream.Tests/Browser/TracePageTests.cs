using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>From "it failed" to the failed call: journeys through a session of 51 runs, as a person makes them.</summary>
public sealed class TracePageTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private ILocator Tree => Page.GetByRole(AriaRole.Tree, new() { Name = "Trace" });

    private ILocator TreeRows => Tree.GetByRole(AriaRole.Treeitem);

    private ILocator Detail => Page.GetByRole(AriaRole.Region, new() { Name = "Detail" });

    private ILocator Errors => Page.Locator(".summary dl > div", new() { HasText = "Errors" });

    [Fact]
    public async Task Errors_LeadToTheFirstFailedCall_AndOnToTheNext()
    {
        await PublishAsync(NightSession.Events());
        await WatchAsync();

        // 25 calls, and the run that failed with its call. What completed in spite of a failed call counts that one only.
        await Assertions.Expect(Errors).ToHaveTextAsync("Errors26");
        await Errors.GetByRole(AriaRole.Button).ClickAsync();

        await Assertions.Expect(Detail).ToContainTextAsync("Tool call sql_query");
        await Assertions.Expect(Detail).ToContainTextAsync("select * from invoices_0");
        await Assertions.Expect(Detail).ToContainTextAsync("timeout after 3,000 ms");
        await Assertions.Expect(TreeRows.And(Page.Locator("[aria-selected=true]"))).ToBeInViewportAsync();
        await Page.Keyboard.PressAsync("e");
        await Assertions.Expect(Detail).ToContainTextAsync("select * from invoices_2");
        await Page.Keyboard.PressAsync("E");
        await Page.Keyboard.PressAsync("E");
        await Assertions.Expect(Detail).ToContainTextAsync("select * from invoices_48");
        await ShouldBeAccessibleAsync("a failed call");
    }

    [Fact]
    public async Task Search_LeavesWhatIsMeant_WithAllThatIsAboveIt()
    {
        await PublishAsync(NightSession.Events());
        await WatchAsync();
        await Tab("Trace").ClickAsync();
        await Assertions.Expect(TreeRows.First).ToContainTextAsync("orchestrator");

        await Page.GetByLabel("Text to search for").FillAsync("permission denied");

        await Assertions.Expect(TreeRows).ToContainTextAsync(["orchestrator", "delegate", "worker-8", "step 1", "sql_query"]);
        await Page.GetByLabel("Text to search for").FillAsync("");
        await Assertions.Expect(Tree.GetByText("worker-1", new() { Exact = true })).ToHaveCountAsync(1);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Errors only" }).ClickAsync();
        await Assertions.Expect(Tree.GetByText("worker-2", new() { Exact = true })).ToHaveCountAsync(1);
        await Assertions.Expect(Tree.GetByText("worker-1", new() { Exact = true })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Tree_CanBeFolded_AndShowsWhatHappensMeanwhile()
    {
        await PublishAsync(NightSession.Events());
        await WatchAsync();
        await Tab("Trace").ClickAsync();
        await Button("Fold all").ClickAsync();
        await Assertions.Expect(TreeRows).ToHaveCountAsync(1);
        await Assertions.Expect(TreeRows.First).ToContainTextAsync("26 errors");

        await PublishAsync(
            new { type = "run_started", run_id = "later", agent_id = "second", payload = new { run_id = "later" } },
            new { type = "tool_call_started", run_id = "later", payload = new { tool_call_id = "t", tool_name = "read_disk", args = new { } } },
            new { type = "tool_approval_requested", run_id = "later", payload = new { approval_id = "q", run_id = "later", tool_call_id = "t", tool_name = "read_disk" } });

        await Assertions.Expect(TreeRows).ToHaveCountAsync(3);
        await Assertions.Expect(TreeRows.Last).ToContainTextAsync("waits for approval");
        await Tree.FocusAsync();
        await Page.Keyboard.PressAsync("ArrowDown");
        await Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(TreeRows.Nth(1)).ToContainTextAsync("I split the **migration**");
        await Assertions.Expect(Detail).ToContainTextAsync("Run orchestrator");
        await Page.SetViewportSizeAsync(390, 844);
        await ShouldBeAccessibleAsync("a trace on a phone");
    }

    [Fact]
    public async Task Address_LeadsToTheSame_AndTheKeyboardToAllOfIt()
    {
        await PublishAsync(NightSession.Events());
        await WatchAsync();
        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync("invoices_8");
        await Page.Keyboard.PressAsync("Tab");
        await Tab("Trace").ClickAsync();
        await TreeRows.Last.ClickAsync();
        await Assertions.Expect(Detail).ToContainTextAsync("permission denied");

        await Page.GotoAsync("about:blank");
        await Page.GoBackAsync();
        await Assertions.Expect(Page.GetByLabel("Text to search for")).ToHaveValueAsync("invoices_8");
        await Assertions.Expect(Detail).ToContainTextAsync("permission denied");
        await Page.Keyboard.PressAsync("k");
        await Assertions.Expect(Detail).ToContainTextAsync("Step step 1");
        await Page.Keyboard.PressAsync("?");
        await Assertions.Expect(Page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" })).ToBeVisibleAsync();
        await ShouldBeAccessibleAsync("the keys");
        await Page.Keyboard.PressAsync("Escape");
        await Page.GetByTitle("Other sessions").ClickAsync();
        await Page.GetByLabel("Another session").FillAsync($"{Session}-2");
        await Button("Watch").ClickAsync();
        await Assertions.Expect(Page).ToHaveTitleAsync($"{Session}-2 · EventStream");
        new Uri(Page.Url).Query.ShouldBeEmpty();
    }
}
