using System.Net;
using System.Net.Http.Headers;
using EventStream.Api.Access.Audit;
using EventStream.Api.Access.Limits;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>The log says what each caller did.</summary>
public sealed class AuditLogTests : IDisposable
{
    private readonly Dictionary<string, string> _settings = new() { ["Access:Limits:TicketsPerSecond"] = "1" };
    private readonly SteppedTime _time = new();
    private readonly RecordingLogger<AuditLog> _log = new();
    private readonly string _key;
    private readonly string _watcher;
    private readonly TestServer _server;

    public AuditLogTests()
    {
        _key = AccessSite.AddKey(_settings, "worker", "subscribe *", "publish *", "admin session:old*");
        _watcher = AccessSite.AddKey(_settings, "watcher", "subscribe *");
        _server = TestServer.Start(_settings, services => services.AddSingleton<TimeProvider>(_time).AddSingleton<ILogger<AuditLog>>(_log));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Minute_EndsWithALineForEachCaller()
    {
        await AskAsync(HttpStatusCode.OK, HttpMethod.Post, "/events/s", _key, """[{"type":"a","event_id":"1"},{"type":"a","event_id":"2"},{"type":"a","event_id":"3"}]""");
        await AskAsync(HttpStatusCode.OK, HttpMethod.Post, "/events/s", _key, """{"type":"a","event_id":"1"}""");
        await AskAsync(HttpStatusCode.OK, HttpMethod.Post, "/ingest/adk?session_id=s", _key, """{"type":"zzz","n":1}""");
        var ticket = AccessSite.Ticket(await AskAsync(HttpStatusCode.OK, HttpMethod.Post, "/tickets", _key, """{"grants":["publish session:s"],"subject":"user-7"}"""));
        await AskAsync(HttpStatusCode.TooManyRequests, HttpMethod.Post, "/tickets", _key, """{"grants":["subscribe session:s"]}""");
        await AskAsync(HttpStatusCode.OK, HttpMethod.Post, "/events/s", ticket, """{"type":"a"}""");
        await AskAsync(HttpStatusCode.Forbidden, HttpMethod.Post, "/tickets", ticket, """{"grants":["publish session:s"]}""");
        await AskAsync(HttpStatusCode.Forbidden, HttpMethod.Post, "/events/s", ticket, """{"type":"a","project_id":"p"}""");
        await AskAsync(HttpStatusCode.Forbidden, HttpMethod.Post, "/events/s", _watcher, """{"type":"a"}""");
        await AskAsync(HttpStatusCode.Unauthorized, HttpMethod.Post, "/events/s", $"{_key}x", """{"type":"a"}""");
        await AskAsync(HttpStatusCode.Unauthorized, HttpMethod.Post, "/events/s", credential: null, """{"type":"a"}""");

        (await LinesAfterAMinuteAsync(4)).ShouldBe([
            "127.0.0.1 since the last such line: 0 events stored, 2 requests refused, 0 throttled, 0 tickets made.",
            "watcher since the last such line: 0 events stored, 1 requests refused, 0 throttled, 0 tickets made.",
            "worker since the last such line: 4 events stored, 0 requests refused, 1 throttled, 1 tickets made.",
            "worker/user-7 since the last such line: 1 events stored, 2 requests refused, 0 throttled, 0 tickets made.",
        ]);
    }

    [Fact]
    public async Task NextMinute_SaysOnlyWhatCameSince()
    {
        await AskAsync(HttpStatusCode.OK, HttpMethod.Post, "/events/s", _key, """{"type":"a"}""");
        await AskAsync(HttpStatusCode.Forbidden, HttpMethod.Post, "/events/s", _watcher, """{"type":"a"}""");
        await LinesAfterAMinuteAsync(2);

        await AskAsync(HttpStatusCode.OK, HttpMethod.Post, "/events/s", _key, """[{"type":"a"},{"type":"a"}]""");

        (await LinesAfterAMinuteAsync(3)).ShouldContain("worker since the last such line: 2 events stored, 0 requests refused, 0 throttled, 0 tickets made.");
    }

    [Fact]
    public async Task LinesOfAnUpload_CountOneByOne_WhenTheyAreRefused()
    {
        const string Own = """{"type":"agent_thought","session_id":"s","payload":{"content":"x"}}""", Foreign = """{"type":"agent_thought","session_id":"foreign","payload":{"content":"x"}}""";
        var ticket = AccessSite.Ticket(await AskAsync(HttpStatusCode.OK, HttpMethod.Post, "/tickets", _key, """{"grants":["publish session:s"]}"""));

        await AskAsync(HttpStatusCode.OK, HttpMethod.Post, "/ingest/adk?on_error=skip", ticket, $"{Own}\n{Foreign}\n{Foreign}\n{Own}\n", "application/x-ndjson");

        (await LinesAfterAMinuteAsync(1)).ShouldBe(["worker since the last such line: 2 events stored, 2 requests refused, 0 throttled, 1 tickets made."]);
    }

    [Fact]
    public async Task Deletion_IsToldAtOnce_HoweverItIsAskedFor()
    {
        await AskAsync(HttpStatusCode.OK, HttpMethod.Post, "/events/old-1", _key, """{"type":"a"}""");
        await AskAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/events/old-1", _key);
        await AskAsync(HttpStatusCode.Forbidden, HttpMethod.Delete, "/events/s", _key);

        await AskAsync(HttpStatusCode.OK, HttpMethod.Post, "/events/old-2", _key, """{"type":"session_deleted"}""");

        _log.Entries.Select(entry => $"{entry.Id.Name}: {entry.Text}").ShouldBe(["StreamDeleted: worker deleted session:old-1.", "StreamDeleted: worker deleted session:old-2."]);
    }

    [Fact]
    public async Task Stop_TellsWhatWasCountedLast()
    {
        await AskAsync(HttpStatusCode.OK, HttpMethod.Post, "/events/s", _key, """{"type":"a"}""");

        await _server.StopAsync();

        _log.Entries.ShouldHaveSingleItem().Text.ShouldStartWith("worker since the last such line: 1 events stored,");
    }

    [Fact]
    public async Task FurtherCallers_ShareALine_WhenThereAreTooMany()
    {
        var audit = _server.Services.GetRequiredService<AuditLog>();

        for (var i = 0; i < AuditLog.MaxCallers + 500; i++) audit.Count(new CallerId($"address-{i}", "address", IsUser: false), CallerAct.Refused);
        audit.Count(new CallerId("address-0", "address", IsUser: false), CallerAct.Refused);

        var lines = await LinesAfterAMinuteAsync(AuditLog.MaxCallers + 1);
        lines.ShouldContain("(all further callers) since the last such line: 0 events stored, 500 requests refused, 0 throttled, 0 tickets made.");
        lines.ShouldContain("address-0 since the last such line: 0 events stored, 2 requests refused, 0 throttled, 0 tickets made.");
    }

    [Fact]
    public async Task Nothing_IsTold_WhenTheServerIsOpen()
    {
        var log = new RecordingLogger<AuditLog>();
        using var open = TestServer.Start(services: services => services.AddSingleton<ILogger<AuditLog>>(log));

        await open.Client.PostAsync("/events/s", new StringContent("""{"type":"a"}""", new MediaTypeHeaderValue("application/json")), Cancel);
        await open.Client.DeleteAsync("/events/s", Cancel);
        await open.StopAsync();

        log.Entries.ShouldBeEmpty();
    }

    private async Task<HttpAnswer> AskAsync(HttpStatusCode expected, HttpMethod method, string path, string? credential, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (credential is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        if (body is not null) request.Content = new StringContent(body, new MediaTypeHeaderValue(type));
        var answer = await _server.AskAsync(request);
        answer.Status.ShouldBe(expected, answer.Text);
        return answer;
    }

    private async Task<IReadOnlyList<string>> LinesAfterAMinuteAsync(int count)
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(() => _log.Entries.Count >= count, Cancel);
        return [.. _log.Entries.Select(entry => entry.Text).Order(StringComparer.Ordinal)];
    }
}
