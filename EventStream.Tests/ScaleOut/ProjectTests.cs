using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.ScaleOut;

/// <summary>A project on two servers, each in its own process, over one Redis or one cluster.</summary>
[Needs(Need.Redis)]
public sealed class ProjectTests(RedisServer redis, SharedCluster shared) : IClassFixture<SharedCluster>, IAsyncLifetime
{
    private const int Sessions = 10;
    private const int Each = 20;

    private readonly string _project = $"p-{Guid.NewGuid():N}";
    private readonly List<ApiProcess> _servers = [];
    private readonly List<HttpClient> _clients = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Path => $"/projects/{_project}/events";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        foreach (var server in _servers) await server.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_BringsEveryEventOnceAndInOrder_WhenItsClientChangesTheServer(bool onCluster)
    {
        await StartTwoAsync(onCluster);
        var publishing = PublishAsync();
        var items = new List<SseItem<string>>();
        var position = "0-0";
        for (var visit = 0; items.Count < Sessions * Each; visit++)
        {
            await using var client = await SseClient.OpenAsync(_clients[visit % 2], Path, position);
            Payload(await client.NextAsync()).GetProperty("resume").GetString().ShouldBe("full");
            items.AddRange(await client.NextAsync(Math.Min(1 + visit % 23, Sessions * Each - items.Count)));
            position = items[^1].EventId!;
        }
        await publishing;
        AssertComplete(items);
    }

    [Fact]
    public async Task Stream_GivesAHundredClientsOneOrder_WhenTenSessionsPublishAtOnce()
    {
        await StartTwoAsync(onCluster: false);
        var clients = await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            var client = await SseClient.OpenAsync(_clients[number % 2], Path);
            await client.NextAsync();
            return client;
        }));

        await PublishAsync();

        var seen = await Task.WhenAll(clients.Select(client => client.NextAsync(Sessions * Each)));
        AssertComplete(seen[0]);
        var order = seen[0].Select(item => (item.EventId, item.Data)).ToArray();
        foreach (var other in seen) other.Select(item => (item.EventId, item.Data)).ShouldBe(order);
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact]
    public async Task Post_CompletesWhatAServerLeft_WhenItIsSentAgainToAnother()
    {
        await redis.StartAsync();
        using var probe = await RedisProbe.ConnectAsync(redis, Cancel);
        await StartAsync(redis.ConnectionString);
        var session = $"s-{Guid.NewGuid():N}";
        // With a key of another type Redis refuses the append to the project.
        probe.Text("SET", $"project:{{{_project}}}:meta", "not a hash");
        using var refused = await SendAsync(_clients[0], session, "mine");
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        // SIGKILL between the two appends.
        await _servers[0].DisposeAsync();
        _servers.Clear();
        probe.Number("XLEN", $"session:{{{session}}}:log").ShouldBe(1);
        probe.Number("EXISTS", $"project:{{{_project}}}:log").ShouldBe(0);
        probe.Number("DEL", $"project:{{{_project}}}:meta").ShouldBe(1);

        await StartAsync(redis.ConnectionString);
        await using var client = await SseClient.OpenAsync(_clients[1], $"{Path}?from=earliest");
        await client.NextAsync();
        (await PostAsync(_clients[1], session, "mine")).GetProperty("outcome").GetString().ShouldBe("duplicate");
        (await PostAsync(_clients[1], session, "mine")).GetProperty("outcome").GetString().ShouldBe("duplicate");
        await PostAsync(_clients[1], session, "next");
        (await client.NextAsync(2)).Select(item => JsonElement.Parse(item.Data).GetProperty("event_id").GetString()).ShouldBe(["mine", "next"]);
        probe.Number("XLEN", $"session:{{{session}}}:log").ShouldBe(2);
        probe.Number("XLEN", $"project:{{{_project}}}:log").ShouldBe(2);
    }

    // Each session has one publisher, which alternates between the servers.
    private Task PublishAsync() => Task.WhenAll(Enumerable.Range(0, Sessions).Select(async session =>
    {
        for (var number = 0; number < Each; number++)
            (await PostAsync(_clients[number % 2], $"{_project}.{session}", $"e{number}")).GetProperty("outcome").GetString().ShouldBe("stored");
    }));

    private async Task<JsonElement> PostAsync(HttpClient client, string session, string eventId)
    {
        using var answer = await SendAsync(client, session, eventId);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpClient client, string session, string eventId)
    {
        using var content = new StringContent($$"""{"event_id":"{{eventId}}","type":"t","project_id":"{{_project}}"}""", Encoding.UTF8, "application/json");
        return await client.PostAsync(new Uri($"/events/{session}", UriKind.Relative), content, Cancel);
    }

    private async Task StartTwoAsync(bool onCluster)
    {
        if (!onCluster) await redis.StartAsync();
        var connection = onCluster ? (await shared.GetAsync()).ConnectionString : redis.ConnectionString;
        await Task.WhenAll(StartAsync(connection), StartAsync(connection));
    }

    private async Task StartAsync(string connection, params string[] settings)
    {
        // A hundred connections join at once, on a machine that is busy with other tests.
        var server = await ApiProcess.StartAsync([$"--ConnectionStrings:Redis={connection}", "--Streaming:JoinTimeout=00:00:30", .. settings]);
        lock (_servers)
        {
            _servers.Add(server);
            _clients.Add(new HttpClient { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan });
        }
    }

    private static void AssertComplete(IReadOnlyList<SseItem<string>> items)
    {
        var cursors = items.Select(item => Cursor.Parse(item.EventId!)).ToArray();
        cursors.Select(cursor => cursor.Offset).ShouldBe(Enumerable.Range(1, Sessions * Each).Select(offset => (long)offset));
        cursors.Select(cursor => cursor.Epoch).Distinct().ShouldHaveSingleItem();
        var events = items.Select(item => EventReader.ReadLogged(Encoding.UTF8.GetBytes(item.Data))).ToArray();
        foreach (var session in events.GroupBy(envelope => envelope.SessionId))
            session.Select(envelope => envelope.EventId).ShouldBe(Enumerable.Range(0, Each).Select(number => $"e{number}"));
        events.Select(envelope => envelope.SessionId).Distinct().Count().ShouldBe(Sessions);
    }

    private static JsonElement Payload(SseItem<string> first) => JsonElement.Parse(first.Data).GetProperty("payload");
}
