using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EventStream.Tests.Access;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>The inspector's controls for runs, where the server asks who it is.</summary>
public sealed class AgentAccessPageTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private readonly Dictionary<string, string> _keys = [];
    private string _watcher = "";
    private string _operator = "";

    private protected override Dictionary<string, string> Settings
    {
        get
        {
            _watcher = AccessSite.AddKey(_keys, "watcher", "subscribe session:*", "publish session:*");
            _operator = AccessSite.AddKey(_keys, "operator", "subscribe session:*", "command session:*", "command agent:planner");
            return new(Redis.Concat(_keys));
        }
    }

    private ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    // Chromium itself logs each 401 and 403.
    private protected override bool IsFault(IConsoleMessage message) => base.IsFault(message) && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal);

    [Fact]
    public async Task Controls_SayWhichGrantIsMissing_AndWorkWithIt()
    {
        await PublishAsync(
            new { type = "run_started", agent_id = "planner", payload = new { run_id = "r1" } },
            new { type = "tool_approval_requested", payload = new { approval_id = "a1", run_id = "r1", tool_call_id = "tc_1", tool_name = "restart", args = new { }, agent = "planner" } });
        await OpenAsync($"/events/{Session}");
        await GiveAsync(_watcher);
        await LiveAsync();

        var missing = $"The caller lacks the grant 'command session:{Session}'.";
        await Button("Approve").ClickAsync();
        await Assertions.Expect(Page.Locator(".es-approval").GetByRole(AriaRole.Alert)).ToHaveTextAsync(missing);
        await Button("Stop planner").ClickAsync();
        await Assertions.Expect(Page.Locator(".run").GetByRole(AriaRole.Alert)).ToHaveTextAsync(missing);
        await ShouldBeAccessibleAsync("without the grant");
        await ShootAsync("inspector-command-missing");
        await Button("Run").ClickAsync();
        await AskAsync("planner");
        await Assertions.Expect(Dialog.GetByRole(AriaRole.Alert)).ToHaveTextAsync(missing);
        await Page.Keyboard.PressAsync("Escape");

        await Button("Key").ClickAsync();
        await GiveAsync(_operator);
        await LiveAsync();
        await Button("Approve").ClickAsync();
        await Assertions.Expect(Page.Locator(".es-approval")).ToContainTextAsync("Approved by operator.");
        await Button("Stop planner").ClickAsync();
        await Assertions.Expect(Page.Locator(".runs .es-run")).ToContainTextAsync("Interrupting");
        await Button("Run").ClickAsync();
        await AskAsync("other");
        await Assertions.Expect(Dialog.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The caller lacks the grant 'command agent:other'.");
        await AskAsync("planner");
        await Assertions.Expect(Dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("No worker of planner listens at the moment.");
    }

    [Fact]
    public async Task Controls_WorkWithATicket_AndAskForAKeyWhenItHasEnded()
    {
        await PublishAsync(new { type = "run_started", agent_id = "planner", payload = new { run_id = "r1" } });
        await OpenAsync($"/events/{Session}#ticket={await TicketAsync()}");
        await LiveAsync();
        await Button("Steer planner").ClickAsync();
        await Page.GetByLabel("Tell planner what to mind").FillAsync("The logs first.");
        await Button("Send").ClickAsync();
        await Assertions.Expect(Rows.Filter(new() { HasText = "The logs first." })).ToHaveCountAsync(1);

        await Page.RouteAsync("**/interrupt", route => route.FulfillAsync(new() { Status = 401, ContentType = "application/problem+json", Body = """{"title":"The ticket has expired; ask for a new one."}""" }));
        await Button("Stop planner").ClickAsync();
        await Assertions.Expect(Dialog.GetByRole(AriaRole.Status)).ToHaveTextAsync("The ticket has expired; ask for a new one.");
    }

    private async Task AskAsync(string agent)
    {
        await Dialog.GetByLabel("Agent").FillAsync(agent);
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
    }

    private async Task GiveAsync(string credential)
    {
        await Dialog.GetByLabel("Key, token or ticket").FillAsync(credential);
        await Dialog.GetByLabel("Key, token or ticket").PressAsync("Enter");
    }

    private async Task<string> TicketAsync() =>
        AccessSite.Ticket(await PostAsync(_operator, "/tickets", $$"""{"grants":["subscribe session:{{Session}}","command session:{{Session}}"],"subject":"user-7"}"""));

    private new async Task PublishAsync(params object[] events) => (await PostAsync(_watcher, $"/events/{Session}", JsonSerializer.Serialize(events))).Status.ShouldBe(HttpStatusCode.OK);

    private Task<HttpAnswer> PostAsync(string key, string path, string body) =>
        Server.AskAsync(new HttpRequestMessage(HttpMethod.Post, path) { Headers = { Authorization = new("Bearer", key) }, Content = new StringContent(body, new MediaTypeHeaderValue("application/json")) });
}
