using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using EventStream.Tests.Access;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>The inspector of a server that asks who it is.</summary>
public sealed class AccessPageTests(Chromium chromium, RedisServer redis) : BrowserTest(chromium, redis)
{
    private readonly Dictionary<string, string> _keys = [];
    private readonly List<IRequest> _requests = [];
    private string _key = "";
    private string _publisher = "";

    private protected override Dictionary<string, string> Settings
    {
        get
        {
            _key = AccessSite.AddKey(_keys, "backend", "subscribe session:*", "publish session:*");
            _publisher = AccessSite.AddKey(_keys, "publisher", "publish session:*");
            return new(Redis.Concat(_keys));
        }
    }

    private ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    private ILocator Field => Dialog.GetByLabel("Key, token or ticket");

    // Chromium itself logs each 401 and 403.
    private protected override bool IsFault(IConsoleMessage message) => base.IsFault(message) && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal);

    [Fact]
    public async Task Page_AsksForAKey_AndShowsTheSessionToWhoGivesOne()
    {
        Page.Request += (_, request) => _requests.Add(request);
        await PublishAsync(_key, Notes(3));
        await OpenAsync($"/events/{Session}");
        await Assertions.Expect(Dialog.GetByRole(AriaRole.Heading)).ToHaveTextAsync("This server asks who you are");
        await Assertions.Expect(Field).ToBeFocusedAsync();
        await ShouldBeAccessibleAsync("asking for a key");
        await ShootAsync("inspector-key");

        await GiveAsync(_key[..^4] + "AAAA");
        await Assertions.Expect(Dialog.GetByRole(AriaRole.Status)).ToHaveTextAsync("The key isn't known to this server.");
        await ShouldBeAccessibleAsync("a wrong key");
        await ShootAsync("inspector-wrong-key");
        await GiveAsync(_key);
        await LiveAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(3);
        await Assertions.Expect(Dialog).ToHaveCountAsync(0);

        await Button("Publish").ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Assertions.Expect(Dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("Stored as");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Page.GetByTitle("Other sessions").ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Link, new() { Name = Session })).ToBeVisibleAsync();

        await Page.ReloadAsync();
        await LiveAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(4);
        _requests.ShouldAllBe(request => !request.Url.Contains("es_", StringComparison.Ordinal) && !request.Url.Contains("ticket=", StringComparison.Ordinal));
        var streams = _requests.Where(request => request.Url.Contains("heartbeat=event", StringComparison.Ordinal)).ToList();
        // The key itself opens no stream.
        foreach (var stream in streams) (await stream.HeaderValueAsync("authorization") ?? "").ShouldNotContain("es_");
        (await Page.EvaluateAsync<string>("JSON.stringify([localStorage, document.cookie])")).ShouldNotContain("es_");

        var other = await Page.Context.NewPageAsync();
        await other.GotoAsync(Page.Url);
        await Assertions.Expect(other.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Page_ForgetsTheKey_WhenItIsAskedTo()
    {
        await OpenAsync("/");
        await GiveAsync(_key);
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);

        await Button("Key").ClickAsync();
        await ShouldBeAccessibleAsync("another key");
        await ShootAsync("inspector-another-key");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Forget it" }).ClickAsync();
        await Assertions.Expect(Dialog.GetByRole(AriaRole.Heading)).ToHaveTextAsync("This server asks who you are");
        (await Page.EvaluateAsync<int>("sessionStorage.length")).ShouldBe(0);
    }

    [Fact]
    public async Task Page_WorksWithTheTicketInItsAddress_AndTakesItOut()
    {
        await PublishAsync(_key, Notes(2));
        await OpenAsync($"/events/{Session}?speed=2#ticket={await TicketAsync(300)}");
        await LiveAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(2);
        new Uri(Page.Url).PathAndQuery.ShouldBe($"/events/{Session}?speed=2");
        new Uri(Page.Url).Fragment.ShouldBeEmpty();

        await Button("Publish").ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Assertions.Expect(Dialog.GetByRole(AriaRole.Status)).ToHaveTextAsync($"The caller lacks the grant 'publish session:{Session}'.");
    }

    [Fact]
    public async Task Page_AsksAgain_WhenItsTicketHasEnded()
    {
        await PublishAsync(_key, Notes(1));
        await OpenAsync($"/events/{Session}#ticket={await TicketAsync(5)}");
        await Assertions.Expect(Rows).ToHaveCountAsync(1);

        await Assertions.Expect(Dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("The ticket has expired; ask for a new one.");
        await ShootAsync("inspector-expired");
        await GiveAsync(_key);
        await LiveAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Page_SaysWhichGrantIsMissing()
    {
        await OpenAsync($"/events/{Session}");
        await GiveAsync(_publisher);

        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync($"The caller lacks the grant 'subscribe session:{Session}'.");
        await ShootAsync("inspector-grant-missing");
        await Page.SetViewportSizeAsync(390, 844);
        (await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue("The page is wider than a phone.");
        await ShootAsync("inspector-grant-missing-phone");
    }

    [Fact]
    public async Task Page_LosesAndRepeatsNoRow_WhileItsTicketsEnd()
    {
        const int Tickets = 5;
        var asked = Channel.CreateUnbounded<IRoute>();
        await Page.RouteAsync("**/tickets", route => asked.Writer.TryWrite(route));
        await OpenAsync($"/events/{Session}");
        await GiveAsync(_key);

        var count = 0;
        // The second is asked for at once, the others in each half of the time of the one before: the first ones have ended by then.
        for (var made = 0; made < Tickets; made++)
        {
            var route = await asked.Reader.ReadAsync(Cancel);
            // Events come before, while and after the page changes its ticket. The server makes tickets of the shortest time.
            await NotesAsync(3);
            await route.ContinueAsync(new() { PostData = Encoding.UTF8.GetBytes(route.Request.PostData!.Replace("\"expires_in\":300", "\"expires_in\":5", StringComparison.Ordinal)) });
            await NotesAsync(5);
        }
        await Assertions.Expect(Rows).ToHaveCountAsync(count);
        (await Rows.Locator(".es-line").AllInnerTextsAsync()).ShouldBe(Enumerable.Range(1, count).Select(number => $"note {number}"));
        await Tab("Connection").ClickAsync();
        await Assertions.Expect(Page.Locator(".journal-open")).ToHaveCountAsync(Tickets);
        await Assertions.Expect(Page.Locator(".journal-lost, .journal-gap, .journal-closing")).ToHaveCountAsync(0);

        async Task NotesAsync(int more)
        {
            await PublishAsync(_key, Notes(more, first: count + 1));
            count += more;
        }
    }

    private async Task GiveAsync(string credential)
    {
        await Field.FillAsync(credential);
        await Field.PressAsync("Enter");
    }

    private async Task<string> TicketAsync(int seconds) =>
        AccessSite.Ticket(await AskAsync(_key, "/tickets", $$"""{"grants":["subscribe session:{{Session}}"],"expires_in":{{seconds}}}"""));

    private async Task PublishAsync(string key, object[] events) => (await AskAsync(key, $"/events/{Session}", JsonSerializer.Serialize(events))).Status.ShouldBe(System.Net.HttpStatusCode.OK);

    private Task<HttpAnswer> AskAsync(string key, string path, string body) =>
        Server.AskAsync(new HttpRequestMessage(HttpMethod.Post, path) { Headers = { Authorization = new("Bearer", key) }, Content = new StringContent(body, new MediaTypeHeaderValue("application/json")) });
}
