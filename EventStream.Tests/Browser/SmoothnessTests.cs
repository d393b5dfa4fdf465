using System.Diagnostics;
using System.Globalization;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>What the page holds and draws while much comes. Pages beside each other would say nothing by their times, which are printed.</summary>
[Collection(nameof(NonParallelCollection))]
public sealed class SmoothnessTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    // Browsers call a task long when it blocks the main thread for more than 50 ms.
    private const string Observe = """
        globalThis.tasks = [];
        new PerformanceObserver(list => { for (const entry of list.getEntries()) globalThis.tasks.push(entry.duration); }).observe({ type: "longtask", buffered: true });
        """;

    private const string CountFrames = "globalThis.frames = 0; (function count() { globalThis.frames++; requestAnimationFrame(count); })();";

    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Page_StaysSmallAndAnswers_WhenFiveThousandEventsCome()
    {
        await Page.AddInitScriptAsync(Observe);
        await WatchAsync();
        await TellAsync("opening the page");
        using var profile = await ProfileAsync();

        for (var batch = 0; batch < 10; batch++) await PublishAsync(Events(500, batch * 500));
        await ShowsEventsAsync("5,000");
        await TellAsync("5,000 events, live");
        TestContext.Current.TestOutputHelper?.WriteLine($"Main thread per 1,000 events: {(await profile.ScriptAndLayoutAsync()) / 5:F0} ms");

        (await Rows.CountAsync()).ShouldBeLessThan(400);
        await Tab("Frames").ClickAsync();
        (await Frames.GetByRole(AriaRole.Option).CountAsync()).ShouldBeLessThan(100);
        await Assertions.Expect(Frames.GetByRole(AriaRole.Option).Last).ToHaveAttributeAsync("aria-posinset", "5001");
        await Frames.EvaluateAsync("list => { list.scrollTop = list.scrollHeight / 2; }");
        await Assertions.Expect(Frames.GetByRole(AriaRole.Option).Nth(20)).ToBeVisibleAsync();
        await Page.GetByLabel("Text to search for").PressSequentiallyAsync("number 4993");
        await Assertions.Expect(Frames.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await TellAsync("scrolling and searching in 5,000 events");

        await Page.ReloadAsync();
        await ShowsEventsAsync("5,000");
        await TellAsync("opening the page of a session with 5,000 events");
    }

    [Fact]
    public async Task EachTab_ShowsAll_While200EventsASecondCome()
    {
        await Page.AddInitScriptAsync(Observe + CountFrames);
        var night = NightSession.Events();
        await PublishAsync(night);
        await WatchAsync();
        var sent = 0;
        foreach (var tab in (string[])["Timeline", "Trace", "Agents", "Frames", "Connection"])
        {
            await Tab(tab).ClickAsync();
            await TellAsync($"before {tab}");
            var frames = await FramesAsync();
            var watch = Stopwatch.StartNew();
            for (var next = TimeSpan.Zero; next < Shown; next += TimeSpan.FromSeconds(0.1), sent += 20)
            {
                if (next > watch.Elapsed) await Task.Delay(next - watch.Elapsed, Cancel);
                await PublishAsync(Events(20, sent));
            }
            var (perSecond, events) = ((await FramesAsync() - frames) / watch.Elapsed.TotalSeconds, Shown.TotalSeconds * 200 / watch.Elapsed.TotalSeconds);
            await ShowsEventsAsync((night.Length + sent).ToString("N0", CultureInfo.InvariantCulture));
            TestContext.Current.TestOutputHelper?.WriteLine($"{tab}: {perSecond:F0} frames/s while {events:F0} events/s came");
            await TellAsync(tab);
        }
    }

    private async Task<double> FramesAsync() => await Page.EvaluateAsync<double>("globalThis.frames");

    // The mix that agents send: mostly pieces of text, some tool calls and metrics.
    private static object[] Events(int count, int first) => [.. Enumerable.Range(first, count).Select(number => (object)((number % 10) switch
    {
        0 => new { type = "tool_call_started", run_id = "r1", payload = new { tool_call_id = $"t{number}", tool_name = "read_disk", args = new { number } } },
        1 => new { type = "tool_call_result", run_id = "r1", payload = new { tool_call_id = $"t{number - 1}", tool_name = "read_disk", result = $"number {number}" } },
        2 => new { type = "metrics_update", run_id = "r1", payload = new { cpu = number % 100, memory_used = "2.1GB" } },
        3 => new { type = "note", run_id = "r1", payload = new { text = $"number {number}" } },
        _ => new { type = "agent_message_delta", run_id = "r1", payload = new { message_id = $"m{number / 100}", delta = $"number {number} " } },
    }))];

    private async Task TellAsync(string what)
    {
        var tasks = await Page.EvaluateAsync<double[]>("globalThis.tasks.splice(0)");
        TestContext.Current.TestOutputHelper?.WriteLine($"Long tasks, {what}: {tasks.Length}{(tasks.Length > 0 ? $", the longest {tasks.Max():F0} ms, together {tasks.Sum():F0} ms" : "")}");
    }

    private async Task<Profile> ProfileAsync()
    {
        var session = await Page.Context.NewCDPSessionAsync(Page);
        await session.SendAsync("Performance.enable");
        return new Profile(session, await Profile.ReadAsync(session));
    }

    /// <summary>How long the main thread has worked since.</summary>
    private sealed class Profile(ICDPSession session, double before) : IDisposable
    {
        public async Task<double> ScriptAndLayoutAsync() => await ReadAsync(session) - before;

        public static async Task<double> ReadAsync(ICDPSession session)
        {
            var metrics = (await session.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray();
            return metrics.Where(metric => metric.GetProperty("name").GetString() == "TaskDuration").Sum(metric => metric.GetProperty("value").GetDouble()) * 1000;
        }

        public void Dispose() => _ = session.DetachAsync();
    }
}
