using System.Net;
using EventStream.Dispatching;
using EventStream.Tests.Access;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.ScaleOut;

/// <summary>The users of Redis that the docs name: each can do its work, and nothing of what is another's.</summary>
[Needs(Need.Redis)]
public sealed class RedisUsersTests : IAsyncLifetime
{
    private const string Refused = "NOPERM";

    private readonly Dictionary<string, string> _settings = [];
    private RedisServer _redis = null!;
    private RedisProbe _admin = null!;
    private string _key = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartOwnAsync();
        _admin = await RedisProbe.ConnectAsync(_redis, Cancel);
        _admin.Ask(Rights("docs/decisions/redis.md", "eventstream"));
        foreach (var user in (string[])["worker", "listener"]) _admin.Ask(Rights("docs/operations.md", user));
        // What isn't given to one of them, nobody has.
        _admin.Ask("ACL", "SETUSER", "admin", "on", ">admin", "~*", "&*", "+@all");
        _admin.Ask("AUTH", "admin", "admin");
        _admin.Ask("ACL", "SETUSER", "default", "off");
        _settings["ConnectionStrings:Redis"] = As("eventstream");
        _key = AccessSite.AddKey(_settings, "backend", "subscribe *", "publish *", "admin *");
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Server_PublishesStreamsDeletesAndMakesTickets_WithItsRights()
    {
        await using var server = TestServer.Start(_settings);
        await Eventually.TrueAsync(async () => (await server.GetAsync("/health/ready")).Status == HttpStatusCode.OK, Cancel);
        foreach (var (session, once) in ((string, string)[])[("s1", ""), ("s2", ",\"once\":true")])
        {
            var ticket = await AccessSite.TicketAsync(() => AskAsync(server, HttpMethod.Post, "/tickets", $$"""{"grants":["subscribe session:{{session}}"]{{once}}}"""));
            await using var stream = await server.OpenAsync($"/events/{session}?ticket={ticket}");
            (await stream.NextAsync()).EventType.ShouldBe("session_stream_started");
            (await AskAsync(server, HttpMethod.Post, $"/events/{session}?broadcast=true", """{"type":"note","project_id":"p"}""")).Status.ShouldBe(HttpStatusCode.OK);
            (await stream.NextAsync()).EventType.ShouldBe("note");
            (await AskAsync(server, HttpMethod.Get, $"/sessions/{session}")).Text.ShouldContain("\"viewers\":1,");
            (await AskAsync(server, HttpMethod.Get, "/sessions")).Text.ShouldContain($"\"{session}\"");
            (await AskAsync(server, HttpMethod.Delete, $"/events/{session}")).Status.ShouldBe(HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public async Task Worker_Publishes_AndReadsNoKeyOfTickets()
    {
        await using var server = TestServer.Start(_settings);
        await AccessSite.TicketAsync(() => AskAsync(server, HttpMethod.Post, "/tickets", """{"grants":["subscribe session:s"]}"""));
        using var client = WithKey(server);
        await using var stream = await SseClient.OpenAsync(client, "/projects/p/events");
        (await stream.NextAsync()).EventType.ShouldBe("session_stream_started");
        await using (var services = new ServiceCollection().AddEventDispatcher(options => options.Redis = As("worker")).BuildServiceProvider())
        {
            var run = services.GetRequiredService<EventDispatcher>().ForRun("s", "run_1", projectId: "p", broadcast: true);
            await run.PublishAsync("run_started", new { run_id = "run_1" }, Cancel);
            await run.PublishAsync("run_completed", new { run_id = "run_1" }, Cancel);
            await services.GetRequiredService<EventDispatcher>().FlushAsync(Cancel);
            (await services.GetRequiredService<EventDispatcher>().HasViewersAsync("s", Cancel)).ShouldBeFalse();
        }
        (await stream.NextAsync()).EventType.ShouldBe("run_started");
        (await stream.NextAsync()).EventType.ShouldBe("run_completed");

        using var worker = await ConnectAsync("worker");
        _admin.Number("EXISTS", "eventstream:ticket-keys").ShouldBe(1);
        ShouldRefuseAll(worker, "LRANGE eventstream:ticket-keys 0 -1", "RPUSH eventstream:ticket-keys x", "SET eventstream:used-ticket:x 1", "DEL eventstream:ticket-keys",
            "PUBLISH eventstream:probe:x y", "SUBSCRIBE session:s", "KEYS *", "FLUSHALL", "CONFIG GET *", "ACL LIST");
        // Scripts have no more rights than their user.
        ShouldRefuse(worker, "EVAL", "return redis.call('LRANGE', KEYS[1], 0, -1)", "1", "eventstream:ticket-keys");
    }

    [Fact]
    public async Task Listener_HearsAndReads_AndChangesNothing()
    {
        await using var server = TestServer.Start(_settings);
        await AccessSite.TicketAsync(() => AskAsync(server, HttpMethod.Post, "/tickets", """{"grants":["subscribe session:s"]}"""));
        using var hearing = await ConnectAsync("listener");
        hearing.Ask("SUBSCRIBE", "session:s");
        hearing.Ask("PSUBSCRIBE", "project:*");

        (await AskAsync(server, HttpMethod.Post, "/events/s", """{"type":"note","project_id":"p"}""")).Status.ShouldBe(HttpStatusCode.OK);

        string[] heard = [Text(hearing.Read()), Text(hearing.Read())];
        heard.ShouldContain(text => text.StartsWith("message session:s ", StringComparison.Ordinal) && text.Contains("\"type\":\"note\"", StringComparison.Ordinal));
        heard.ShouldContain(text => text.StartsWith("pmessage project:* project:p ", StringComparison.Ordinal));
        using var reading = await ConnectAsync("listener");
        reading.List("XRANGE", "session:{s}:log", "-", "+").Count.ShouldBe(1);
        ShouldRefuseAll(reading, "PUBLISH session:s x", "XADD session:{s}:log * a b", "DEL session:{s}:log", "XTRIM session:{s}:log MAXLEN 0", "XRANGE eventstream:ticket-keys - +",
            "LRANGE eventstream:ticket-keys 0 -1", "GET eventstream:ticket-keys", "SUBSCRIBE eventstream:probe:x", "PSUBSCRIBE *", "KEYS *", "FLUSHALL", "CONFIG GET *");
        ShouldRefuse(reading, "EVAL", "return 1", "0");
    }

    private static string Text(object? answer) => string.Join(' ', ((object?[])answer!).Select(part => part?.ToString()));

    private static void ShouldRefuseAll(RedisProbe probe, params string[] commands)
    {
        foreach (var command in commands) ShouldRefuse(probe, command.Split(' '));
    }

    private static void ShouldRefuse(RedisProbe probe, params string[] command) =>
        Should.Throw<InvalidOperationException>(() => probe.Ask(command), string.Join(' ', command)).Message.ShouldStartWith(Refused);

    // "ACL SETUSER name …" up to the end of its block.
    private static string[] Rights(string page, string user)
    {
        var document = File.ReadAllText(Repository.PathOf(page));
        var rights = document[document.IndexOf($"ACL SETUSER {user} ", StringComparison.Ordinal)..];
        return rights[..rights.IndexOf("```", StringComparison.Ordinal)].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    private HttpClient WithKey(TestServer server) => new() { BaseAddress = server.Address, DefaultRequestHeaders = { Authorization = new("Bearer", _key) } };

    private string As(string user) => $"{_redis.ConnectionString},user={user},password=SECRET";

    private async Task<RedisProbe> ConnectAsync(string user)
    {
        var probe = await RedisProbe.ConnectAsync(_redis, Cancel);
        probe.Ask("AUTH", user, "SECRET");
        return probe;
    }

    private Task<HttpAnswer> AskAsync(TestServer server, HttpMethod method, string path, string? body = null) => server.AskAsync(new HttpRequestMessage(method, path)
    {
        Headers = { Authorization = new("Bearer", _key) },
        Content = body is null ? null : new StringContent(body),
    });
}
