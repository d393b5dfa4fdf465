using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>What is read on the page is what was sent, and can be found and copied.</summary>
public sealed class CopyTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private const string Payload = """{"path":"C:\\temp","mode":"a \"dry run\"","id":9007199254740993,"price":1.10}""";

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData(Chromium.PublicName, false)]
    public async Task Copy_CopiesTheFrameAsItWasSent_WithAndWithoutASecureContext(string host, bool isSecure)
    {
        await PublishPayloadAsync();
        await Page.GotoAsync(new UriBuilder(Server.Address) { Host = host, Path = $"/events/{Session}" }.ToString());
        await LiveAsync();
        (await Page.EvaluateAsync<bool>("isSecureContext")).ShouldBe(isSecure);
        await Tab("Frames").ClickAsync();
        await Frames.GetByRole(AriaRole.Option).Last.ClickAsync();
        await Assertions.Expect(Page.Locator(".frame-detail").GetByRole(AriaRole.Tree)).ToContainTextAsync("price: 1.10");

        await Button("Copy").ClickAsync();

        await Assertions.Expect(Page.Locator(".frame-detail .es-said")).ToHaveTextAsync("Copied.");
        var search = Page.GetByLabel("Text to search for");
        await search.FocusAsync();
        await Page.Keyboard.PressAsync("Control+V");
        (await search.InputValueAsync()).ShouldContain($"\"payload\":{Payload}");
        // What was copied is found again.
        await Assertions.Expect(Frames.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
    }

    [Theory]
    [InlineData(@"C:\temp")]
    [InlineData("\"dry run\"")]
    [InlineData("9007199254740993")]
    [InlineData("1.10")]
    public async Task Search_FindsWhatIsShown(string text)
    {
        await PublishAsync(Notes(2));
        await PublishPayloadAsync();
        await WatchAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(3);

        await Page.GetByLabel("Text to search for").FillAsync(text);

        await Assertions.Expect(Rows).ToHaveCountAsync(1);
        await Rows.First.Locator("summary").ClickAsync();
        await Assertions.Expect(Rows.First.GetByRole(AriaRole.Tree)).ToContainTextAsync("9007199254740993");
    }

    // A serialiser would write the numbers in its own way.
    private async Task PublishPayloadAsync()
    {
        var answer = await Server.PostAsync($"/events/{Session}", $$"""{"type":"own_note","payload":{{Payload}}}""");
        answer.Status.ShouldBe(System.Net.HttpStatusCode.OK, answer.Text);
    }
}
