using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EventStream.Bus.Http;
using EventStream.Events;
using EventStream.Tests.Access;
using EventStream.Tests.Sources;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests;

/// <summary>The program in its own process answers as the server in this one does: publishing it has left nothing out that it needs.</summary>
[Needs(Need.Redis)]
public sealed partial class ProgramTests(RedisServer redis)
{
    private const string Last = "the-last-of-all";

    private static readonly string[] Streams = ["", "names=native", "names=reverb", "dialect=agui", "dialect=ai-sdk&run_id=run_1", "dialect=ai-sdk&ai=5&run_id=run_1", "dialect=reverb", "dialect=reverb-flat"];

    private static readonly (string Path, string Body)[] Wrong =
    [
        ("/events/s", "{"),
        ("/events/s", """[{"type":"t"},{"type":5}]"""),
        ("/events/s?validate=true", """{"type":"agent_mesage_delta","payload":{}}"""),
        ("/events/s?validate=true", """{"type":"agent_message_delta","payload":{"message_id":5}}"""),
        ("/events/s?claim=true", """{"type":"t"}"""),
        ("/ingest/eddie", "[]"),
        ("/ingest/nobody", "{}"),
        ("/sessions/s/runs", "{}"),
        ("/sessions/s/runs/r/steer", """{"message":"x"}"""),
        ("/agui/s", "{}"),
        ("/api/chat", "{}"),
        ("/tickets", "{}"),
        ("/no/such/path", "{}"),
    ];

    private readonly string _session = $"s-{Guid.NewGuid():N}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streams_AreTheSame_WhoeverServesThem()
    {
        await redis.StartAsync();
        await using var here = TestServer.Start(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString });
        await using var program = await ApiProcess.StartAsync($"--ConnectionStrings:Redis={redis.ConnectionString}");
        using var client = new HttpClient { BaseAddress = program.Address };
        foreach (var payload in SamplePayloads.All)
        {
            var type = EventCatalogue.Of(payload).Name;
            // They end the stream.
            if (EventCatalogue.RoleOf(type) is EventRole.Control or EventRole.EndsRun or EventRole.EndsSession or EventRole.DeletesSession) continue;
            await PostAsync(client, $"/events/{_session}", $$"""{"type":"{{type}}","run_id":"run_1","payload":{{Encoding.UTF8.GetString(EventPayload.From(payload).Utf8.Span)}}}""");
        }
        await PostAsync(client, $"/events/{_session}", $$$"""{"type":"custom_event","run_id":"run_1","payload":{"name":"{{{Last}}}","value":1}}""");

        foreach (var query in Streams)
        {
            var path = $"/events/{_session}?from=earliest&{query}";
            (await ReadAsync(client, path)).ShouldBe(await ReadAsync(here.Client, path), query);
        }
        foreach (var path in (string[])[$"/events/{_session}/history?limit=1000", $"/sessions/{_session}", $"/agui/{_session}?threadId={_session}", "/openapi/v1.json", "/schema/events", "/copilotkit/info"])
        {
            var answer = await AskAsync(client, path);
            answer.ShouldBe(await AskAsync(here.Client, path), path);
            answer.Status.ShouldBe(HttpStatusCode.OK, path);
        }
        await using var socket = await WebSocketClient.OpenAsync(program.Address, $"/ws/events/{_session}?from=earliest");
        (await socket.ReadUntilAsync(message => message.Text.Contains(Last, StringComparison.Ordinal))).Count.ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task Ingest_MakesTheSameEvents_OfEverySource()
    {
        await using var here = TestServer.Start();
        await using var program = await ApiProcess.StartAsync();
        using var client = new HttpClient { BaseAddress = program.Address };
        foreach (var vector in Vector.All.Values)
        {
            foreach (var frame in vector.Input)
            {
                var path = $"/ingest/{vector.Source}{HttpIngestReceipts.QueryOf(vector.Context)}";
                Told(await PostAsync(client, path, frame)).ShouldBe(Told(await PostAsync(here.Client, path, frame)), vector.Id);
            }
        }

        // The cursors begin with the time of the log's beginning.
        static string Told(string answer) => Cursors.Replace(answer, "${offset}");
    }

    [Fact]
    public async Task Refusals_AreTheSame_WhoeverAnswers()
    {
        await using var here = TestServer.Start();
        await using var program = await ApiProcess.StartAsync();
        using var client = new HttpClient { BaseAddress = program.Address };
        foreach (var (path, body) in Wrong)
        {
            var answer = await AskAsync(client, path, body);
            answer.ShouldBe(await AskAsync(here.Client, path, body), path);
            ((int)answer.Status).ShouldBeInRange(400, 499, path);
        }
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task Callers_AreKnown_ByKeyTokenAndTicket(string algorithm)
    {
        await redis.StartAsync();
        await using var issuer = await OidcIssuer.StartAsync(algorithm);
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Redis"] = redis.ConnectionString,
            ["Access:Jwt:Authority"] = issuer.Address,
            ["Access:Jwt:Audience"] = OidcIssuer.Audience,
        };
        var key = AccessSite.AddKey(settings, "backend", "subscribe *", "publish *");
        await using var here = TestServer.Start(settings);
        await using var program = await ApiProcess.StartAsync([.. settings.Select(setting => $"--{setting.Key}={setting.Value}")]);
        using var client = new HttpClient { BaseAddress = program.Address };

        foreach (var credential in (string[])[key, issuer.Token(["subscribe session:s"])])
        {
            (await AskAsync(client, "/events/s/history", credential: credential)).Status.ShouldBe(HttpStatusCode.OK);
            (await AskAsync(client, "/events/s/history", credential: $"{credential[..^6]}AAAAAA")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        }
        // A ticket counts on every node, whichever made it: their keys stand in Redis.
        foreach (var (maker, other) in (IEnumerable<(HttpClient, HttpClient)>)[(client, here.Client), (here.Client, client)])
        {
            var (status, text) = await AskAsync(maker, "/tickets", """{"grants":["subscribe session:s"]}""", key);
            status.ShouldBe(HttpStatusCode.OK, text);
            var ticket = JsonElement.Parse(text).GetProperty("ticket").GetString();
            (await AskAsync(other, $"/events/s/history?ticket={ticket}")).Status.ShouldBe(HttpStatusCode.OK);
            (await AskAsync(other, $"/events/t/history?ticket={ticket}")).Status.ShouldBe(HttpStatusCode.Forbidden);
        }
    }

    [GeneratedRegex("\"(?<name>trace_id|timestamp|event_id|viewers|url)\":(?:\"[^\"]*\"|[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Varying { get; }

    [GeneratedRegex("\"id\":\"[0-9]+-(?<offset>[0-9]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Cursors { get; }

    /// <summary>The messages of a stream behind its greeting, up to the last one.</summary>
    private static async Task<string[]> ReadAsync(HttpClient client, string path)
    {
        await using var stream = await SseClient.OpenAsync(client, path);
        stream.Response.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        var items = await stream.ReadUntilAsync(item => item.Data.Contains(Last, StringComparison.Ordinal));
        return [.. items.Where(item => item.EventType != "session_stream_started").Select(item => $"{item.EventId} {item.EventType} {item.Data}")];
    }

    private static async Task<string> PostAsync(HttpClient client, string path, string body)
    {
        var (status, text) = await AskAsync(client, path, body);
        status.ShouldBeOneOf([HttpStatusCode.OK, HttpStatusCode.Conflict], text);
        return text;
    }

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(HttpClient client, string path, string? body = null, string? credential = null)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (credential is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        using var answer = await client.SendAsync(request, Cancel);
        return (answer.StatusCode, Varying.Replace(await answer.Content.ReadAsStringAsync(Cancel), "\"${name}\":0"));
    }
}
