using System.Text.Json;
using System.Text.RegularExpressions;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser.NextJs;

/// <summary>The example's page, in Chromium.</summary>
[Collection(nameof(NextJsCollection))]
[Needs(Need.Redis, Need.Browser, Need.NextJs)]
public sealed partial class NextJsPageTests(NextJsSite site)
{
    private const string NativeEventSource = """
        (url) => {
          window.seen = [];
          const source = new EventSource(url);
          source.addEventListener("note", (event) => window.seen.push(JSON.parse(event.data).payload.message));
        }
        """;

    private readonly List<string> _complaints = [];

    [Fact]
    public async Task Page_HasItsHistoryInItsSource_WithoutAScript()
    {
        Chromium.SkipWithout();
        var session = NextJsSite.NewSession();
        await site.PublishNotesAsync(session, 0, 3);
        await site.PublishAsync(session, """{"type":"tool_call_started","run_id":"r1","payload":{"tool_call_id":"t1","tool_name":"docker_list_containers","args":{}}}""");

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/?session={session}");
        request.Headers.Add("Accept-Encoding", "identity");
        using var answer = await site.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var source = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var markup = Script().Replace(source, "");

        Note().Matches(markup).Select(match => match.Value).ShouldBe(Notes(3));
        markup.ShouldContain("docker_list_containers");
    }

    [Fact]
    public async Task Page_ShowsEachEventOnceInOrder_BetweenRenderingAndStream_AndAcrossRestarts()
    {
        Chromium.SkipWithout();
        var session = NextJsSite.NewSession();
        await site.PublishNotesAsync(session, 0, 10);
        var page = await OpenAsync();
        var stream = new TaskCompletionSource<IRoute>(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync("**/eventstream/**", stream.SetResult, new() { Times = 1 });
        await page.GotoAsync($"/?session={session}");
        var request = await stream.Task.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
        // Events between the rendering of the page and the start of its stream must appear exactly once.
        await site.PublishNotesAsync(session, 10, 5);
        await request.ContinueAsync();
        await ShowsAsync(page, 15);
        await page.EvaluateAsync(NativeEventSource, $"/eventstream/events/{session}?from=earliest");
        await site.PublishNotesAsync(session, 15, 5);
        await ShowsAsync(page, 20);

        var shown = 20;
        foreach (var end in (Func<Task>[])[site.Server.TerminateAsync, site.Server.KillAsync])
        {
            await end();
            await page.GetByText("coming back").Or(page.GetByText("The connection broke off")).First.WaitForAsync();
            await site.PublishNotesAsync(session, shown, 5);
            await site.Server.StartAsync(TestContext.Current.CancellationToken);
            await page.GetByText("Live").WaitForAsync();
            await site.PublishNotesAsync(session, shown + 5, 5);
            shown += 10;
            await ShowsAsync(page, shown);
        }

        // EventSource sends its cursor as a header, and the proxy must pass it on.
        await Eventually.TrueAsync(async () => await SeenAsync(page) >= shown, TestContext.Current.CancellationToken);
        (await page.EvaluateAsync<string[]>("() => window.seen")).ShouldBe(Notes(shown));
        _complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_ShowsARun_AsItHappens()
    {
        Chromium.SkipWithout();
        var session = NextJsSite.NewSession();
        await site.PublishAsync(session, Event("run_started", """{"run_id":"r1","agent":"infrastructure_monitor"}"""));
        await site.PublishAsync(session, Event("tool_call_started", """{"tool_call_id":"t1","tool_name":"docker_list_containers","args":{"status":"running"}}"""));
        var page = await OpenAsync();
        await page.GotoAsync($"/?session={session}");
        await page.GetByText("Live").WaitForAsync();
        await Run(page).GetByText("Running").WaitForAsync();

        await site.PublishAsync(session, Event("tool_call_result", """{"tool_call_id":"t1","tool_name":"docker_list_containers","result":[{"name":"supabase-db","status":"running"},{"name":"redis","status":"running"}]}"""));
        await page.GetByLabel("Tool calls").First.GetByText("supabase-db").WaitForAsync();
        await site.PublishAsync(session, Event("metrics_update", """{"cpu":34.5,"memory_used":"3.2GB","disk_free":"77.4GB","containers_running":2}"""));
        await page.GetByLabel("Metrics").GetByText("34.5").WaitForAsync();
        foreach (var delta in (string[])["Two containers ", "are running, ", "none is unhealthy."])
        {
            await site.PublishAsync(session, Event("agent_message_delta", $$"""{"message_id":"m1","delta":"{{delta}}","role":"assistant"}"""));
            await page.GetByRole(AriaRole.Log).GetByText(delta.Trim()).WaitForAsync();
        }
        await site.PublishAsync(session, Event("agent_message_end", """{"message_id":"m1","content":"Two containers are running, none is unhealthy."}"""));
        await site.PublishAsync(session, Event("run_completed", """{"run_id":"r1"}"""));
        await Run(page).GetByText("Completed").WaitForAsync();

        Directory.CreateDirectory(Repository.PathOf("artifacts", "screenshots"));
        await page.ScreenshotAsync(new() { Path = Repository.PathOf("artifacts", "screenshots", "nextjs.png") });
        _complaints.ShouldBeEmpty();

        static string Event(string type, string payload) => $$"""{"type":"{{type}}","run_id":"r1","payload":{{payload}}}""";
        static ILocator Run(IPage page) => page.Locator(".es-run");
    }

    [Fact]
    public async Task Server_IsLeft_WhenThePageIsClosed()
    {
        Chromium.SkipWithout();
        var session = NextJsSite.NewSession();
        var page = await OpenAsync();
        await page.GotoAsync($"/?session={session}");
        await page.GetByText("Live").WaitForAsync();
        await page.CloseAsync();
        await Eventually.TrueAsync(() => site.Server.Lines.Any(line => line.Contains($"session:{session} ended", StringComparison.Ordinal) && line.EndsWith(": client_gone.", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
    }

    /// <summary>Opens a page and records its errors, such as of hydration. Failed requests aren't recorded: a restart must cause them.</summary>
    private async Task<IPage> OpenAsync()
    {
        var page = await site.NewPageAsync();
        page.PageError += (_, error) => _complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) _complaints.Add(message.Text);
        };
        return page;
    }

    private static async Task ShowsAsync(IPage page, int count)
    {
        var rows = page.Locator(".es-row .es-line");
        await rows.Nth(count - 1).WaitForAsync();
        (await rows.AllTextContentsAsync()).ShouldBe(Notes(count));
    }

    private static async Task<int> SeenAsync(IPage page) => (await page.EvaluateAsync<JsonElement>("() => window.seen")).GetArrayLength();

    private static string[] Notes(int count) => [.. Enumerable.Range(0, count).Select(n => $"note {n}")];

    [GeneratedRegex("<script.*?</script>", RegexOptions.Singleline, 1000)]
    private static partial Regex Script();

    [GeneratedRegex("note [0-9]+", RegexOptions.None, 1000)]
    private static partial Regex Note();
}
