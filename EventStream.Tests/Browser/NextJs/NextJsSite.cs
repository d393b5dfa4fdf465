using System.Text;
using EventStream.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Browser.NextJs;

/// <summary>The example with a server, a Redis and a browser; another node on the same Redis publishes while the server is away.</summary>
public sealed class NextJsSite(Chromium chromium, RedisServer redis) : IAsyncLifetime
{
    private NextJsApp? _app;
    private RestartableServer? _elsewhere;
    private HttpClient? _publisher;

    /// <summary>A client of the example that accepts compressed answers, as browsers do.</summary>
    internal HttpClient Client { get; private set; } = null!;

    /// <summary>The server that the example reads from.</summary>
    internal RestartableServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!Chromium.IsInstalled) return;
        var cancellationToken = TestContext.Current.CancellationToken;
        var building = NextJsApp.BuildAsync(cancellationToken);
        await redis.StartAsync();
        // In Development the server accepts every port of localhost as an origin.
        string[] settings = [$"--ConnectionStrings:Redis={redis.ConnectionString}", "--environment=Development"];
        (Server, _elsewhere) = (new RestartableServer(settings), new RestartableServer(settings));
        await Server.StartAsync(cancellationToken);
        await _elsewhere.StartAsync(cancellationToken);
        _publisher = new HttpClient { BaseAddress = _elsewhere.Address };
        await building;
        _app = await NextJsApp.StartAsync(Server.Address, key: null, cancellationToken);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = _app.Address, Timeout = Timeout.InfiniteTimeSpan };
        Client.DefaultRequestHeaders.Add("Accept-Encoding", "gzip, deflate, br");
    }

    internal static string NewSession() => $"next-{Guid.NewGuid():N}";

    /// <summary>Opens a page in a time zone other than the server's.</summary>
    internal async Task<IPage> NewPageAsync()
    {
        var context = await chromium.NewContextAsync(new() { BaseURL = _app!.Address.ToString(), TimezoneId = "Pacific/Auckland", Locale = "de-DE", ViewportSize = new() { Width = 1280, Height = 800 } });
        return await context.NewPageAsync();
    }

    /// <summary>Publishes notes with the numbers of a range, one after another.</summary>
    internal async Task PublishNotesAsync(string sessionId, int first, int count)
    {
        for (var n = first; n < first + count; n++) await PublishAsync(sessionId, $$$"""{"type":"note","payload":{"message":"note {{{n}}}"}}""");
    }

    internal async Task PublishAsync(string sessionId, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await _publisher!.PostAsync($"/events/{sessionId}", body, TestContext.Current.CancellationToken);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        foreach (var node in (RestartableServer?[])[Server, _elsewhere])
        {
            if (node is not null) await node.DisposeAsync();
        }
        _publisher?.Dispose();
        Client?.Dispose();
    }
}
