using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>Sessions as files: exported, and looked at without their server.</summary>
public sealed class FilePageTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private ILocator Errors => Page.Locator(".summary dl > div", new() { HasText = "Errors" });

    [Fact]
    public async Task File_ShowsWhatWasExported_AndNamesBadLines()
    {
        await PublishAsync(NightSession.Events());
        await WatchAsync("?tab=trace");
        await ShowsEventsAsync("452");
        var download = await Page.RunAndWaitForDownloadAsync(() => Button("Export").ClickAsync());
        var lines = await File.ReadAllLinesAsync(await download.PathAsync(), Cancel);
        lines.Length.ShouldBe(452);
        var text = string.Join('\n', [.. lines[..2], "{broken", .. lines[2..], """{"type":"note","payload":{}}"""]);

        await OpenAsync("/");
        await Page.GetByLabel("File of events").SetInputFilesAsync(new FilePayload { Name = "night.jsonl", MimeType = "application/x-ndjson", Buffer = System.Text.Encoding.UTF8.GetBytes(text) });

        await Assertions.Expect(State()).ToHaveTextAsync("A file, not live");
        await Assertions.Expect(Page).ToHaveTitleAsync("night.jsonl · EventStream");
        await ShowsEventsAsync("452");
        await Page.GetByText("2 lines hold no event").ClickAsync();
        await Assertions.Expect(Page.Locator(".faults li")).ToContainTextAsync(["Line 3 no JSON", "Line 454 no session_id"]);
        await ShouldBeAccessibleAsync("a file");
        await Errors.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Region, new() { Name = "Detail" })).ToContainTextAsync("select * from invoices_0");
        await Assertions.Expect(Button("Publish")).ToHaveCountAsync(0);
        await Assertions.Expect(Tab("Connection")).ToHaveCountAsync(0);

        await Button("Close file").ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Watch agents work" })).ToBeVisibleAsync();
        await Page.GoBackAsync();
        await Assertions.Expect(State()).ToHaveTextAsync("A file, not live");
        await Page.ReloadAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("night.jsonl isn't open in this tab any more; choose it again.");
    }

    [Fact]
    public async Task File_CanBeDropped_AndSaysWhenItHoldsNothing()
    {
        await WatchAsync();
        await DropAsync("one.jsonl", """{"session_id":"s","timestamp":"2026-11-30T03:00:00Z","type":"note","payload":{"text":"from a file"}}""");
        await Assertions.Expect(Rows).ToContainTextAsync(["from a file"]);

        await DropAsync("none.jsonl", "hello");
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("none.jsonl holds no event. Line 1: no JSON");
        await Assertions.Expect(Rows).ToHaveCountAsync(1);
    }

    private async Task DropAsync(string name, string text) => await Page.EvaluateAsync("""
        ([name, text]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([text], name));
            for (const type of ["dragover", "drop"]) document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }
        """, new[] { name, text });
}
