using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>The list of sessions, and what else can be opened.</summary>
public sealed class SessionListTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private ILocator Sessions => Page.GetByRole(AriaRole.List, new() { Name = "Recent sessions" }).GetByRole(AriaRole.Link);

    private ILocator Row => Sessions.Filter(new() { HasText = Session });

    [Fact]
    public async Task List_TellsHowASessionGoes_AndIsSearchedAndFiltered()
    {
        await PublishAsync(NightSession.Events());
        await OpenAsync("/");

        await Assertions.Expect(Row).ToContainTextAsync("Running");
        await Assertions.Expect(Row).ToContainTextAsync("orchestrator +50");
        await Assertions.Expect(Row).ToContainTextAsync("26 errors");
        await ShouldBeAccessibleAsync("the list of sessions");
        await Button("Failed").ClickAsync();
        await Assertions.Expect(Row).ToHaveCountAsync(1);
        await Page.GetByLabel("Search sessions").FillAsync("no such session");
        await Assertions.Expect(Sessions).ToHaveCountAsync(0);
        await Page.GetByLabel("Search sessions").FillAsync("ORCHESTR");
        await Assertions.Expect(Row).ToHaveCountAsync(1);

        await PublishAsync(new { type = "run_completed", run_id = "root", payload = new { run_id = "root" } });
        await Assertions.Expect(Row).ToContainTextAsync("Completed");
        await Row.ClickAsync();
        await Assertions.Expect(State()).ToHaveTextAsync("Live");
    }

    [Fact]
    public async Task List_HoldsTheRowsInView_AndAsksForNoMoreThanThese()
    {
        // A server of its own, whose list no other test looks at.
        await using var server = TestServer.Start();
        for (var number = 0; number < 120; number++) await server.PostAsync($"/events/{number}", """{"type":"note","payload":{}}""");
        var (open, most, asked) = (0, 0, new HashSet<string>());
        Page.Request += (_, request) =>
        {
            if (!request.Url.Contains("/sessions/", StringComparison.Ordinal)) return;
            most = Math.Max(most, ++open);
            asked.Add(request.Url);
        };
        Page.RequestFinished += (_, request) => open -= request.Url.Contains("/sessions/", StringComparison.Ordinal) ? 1 : 0;
        Page.RequestFailed += (_, request) => open -= request.Url.Contains("/sessions/", StringComparison.Ordinal) ? 1 : 0;

        await Page.GotoAsync(server.Address.ToString());

        await Assertions.Expect(Sessions.First).ToContainTextAsync("No run");
        (await Sessions.CountAsync()).ShouldBeLessThan(60);
        await Page.Locator(".session-rows").EvaluateAsync("list => { list.scrollTop = 3000; }");
        await Assertions.Expect(Sessions.Nth(15)).ToContainTextAsync("No run");
        most.ShouldBeLessThanOrEqualTo(20);
        asked.Count.ShouldBeLessThan(120);
        // Before its server ends.
        await Page.GotoAsync("about:blank");
    }

    [Fact]
    public async Task ProjectAndBroadcast_AreOpenedAsSessionsAre()
    {
        var project = $"p-{Guid.NewGuid():N}";
        await OpenAsync("/");
        await Page.GetByLabel("What to watch").SelectOptionAsync("project");
        await Page.GetByLabel("Project", new() { Exact = true }).FillAsync(project);
        await Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(State()).ToHaveTextAsync("Nothing yet");
        await Assertions.Expect(Page.GetByText($"Nothing was published to the project {project} yet.")).ToBeVisibleAsync();
        (await Server.PostAsync($"/events/{Session}?broadcast=true", $$"""{"type":"tool_call_started","project_id":"{{project}}","payload":{"tool_call_id":"t","tool_name":"read_disk","args":{} } }""")).Status.ShouldBe(System.Net.HttpStatusCode.OK);
        await Assertions.Expect(State()).ToHaveTextAsync("Live");
        await Assertions.Expect(Rows).ToHaveCountAsync(1);
        await Page.ReloadAsync();
        await Assertions.Expect(Page).ToHaveTitleAsync($"Project {project} · EventStream");
        await Assertions.Expect(Rows).ToContainTextAsync(["read_disk"]);
        await ShouldBeAccessibleAsync("a project");

        await OpenAsync("/broadcast/events");
        await Assertions.Expect(Page).ToHaveTitleAsync("Broadcast · EventStream");
        await Assertions.Expect(Rows.Last).ToContainTextAsync("read_disk");
    }

    [Fact]
    public async Task Session_SaysThatNothingWasPublishedToIt_UntilSomethingIs()
    {
        await OpenAsync($"/events/{Session}");
        await Assertions.Expect(Page.GetByText("Nothing was published to this session yet.")).ToBeVisibleAsync();
        await Assertions.Expect(State()).ToHaveTextAsync("Nothing yet");
        await ShouldBeAccessibleAsync("a session without events");

        await PublishAsync(Notes(1));

        await Assertions.Expect(State()).ToHaveTextAsync("Live");
        await Assertions.Expect(Page.GetByText("Nothing was published to this session yet.")).ToHaveCountAsync(0);
        await Assertions.Expect(Button("Play demo")).ToHaveCountAsync(0);
    }
}
