using System.Net;
using System.Text.RegularExpressions;
using EventStream.Api.Streaming;
using EventStream.Api.Streaming.Requests;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>Every endpoint of the server, tried by every kind of caller, on streams of its own and on foreign ones.</summary>
public sealed partial class AccessMatrixTests(AccessSite site) : IClassFixture<AccessSite>
{
    // What each endpoint lets through: (the callers that get in on own streams, those that get in on foreign streams).
    private static readonly Dictionary<string, Row> Rows = new(StringComparer.Ordinal)
    {
        ["GET /events/{sessionId}"] = Row.Subscribe,
        ["GET /api/events/{sessionId}"] = Row.Subscribe,
        ["GET /projects/{projectId}/events"] = Row.Subscribe,
        ["GET /broadcast/events"] = Row.Broadcast,
        ["GET /ws/events/{sessionId}"] = Row.Subscribe,
        ["GET /ws/projects/{projectId}"] = Row.Subscribe,
        ["GET /ws/broadcast"] = Row.Broadcast,
        ["GET /api/stream/projects/{projectId}/ingest/{id}/events"] = Row.Subscribe,
        ["GET /api/stream/projects/{projectId}/agent-runs/{id}/events"] = Row.Subscribe,
        ["GET /api/stream/projects/{projectId}/workflows/{id}/events"] = Row.Subscribe,
        ["GET /api/stream/projects/{projectId}/ingest/{id}"] = Row.Subscribe,
        ["GET /api/stream/projects/{projectId}/agent-runs/{id}"] = Row.Subscribe,
        ["GET /api/stream/projects/{projectId}/workflows/{id}"] = Row.Subscribe,
        ["POST /events/{sessionId}"] = Row.Publish,
        ["POST /api/events/{sessionId}"] = Row.Publish,
        ["DELETE /events/{sessionId}"] = Row.Admin,
        ["DELETE /api/events/{sessionId}"] = Row.Admin,
        ["GET /events/{sessionId}/history"] = Row.Subscribe,
        ["GET /api/events/{sessionId}/history"] = Row.Subscribe,
        ["GET /projects/{projectId}/events/history"] = Row.Subscribe,
        ["GET /broadcast/events/history"] = Row.Broadcast,
        ["GET /agents/{agent}/commands"] = Row.Agent,
        ["GET /ws/agents/{agent}/commands"] = Row.Agent,
        ["GET /sessions/{sessionId}"] = Row.Subscribe,
        ["GET /api/sessions/{sessionId}"] = Row.Subscribe,
        ["POST /sessions/{sessionId}/runs"] = Row.Command,
        ["POST /api/sessions/{sessionId}/runs"] = Row.Command,
        ["POST /sessions/{sessionId}/runs/{runId}/interrupt"] = Row.Command,
        ["POST /api/sessions/{sessionId}/runs/{runId}/interrupt"] = Row.Command,
        ["POST /sessions/{sessionId}/runs/{runId}/steer"] = Row.Command,
        ["POST /api/sessions/{sessionId}/runs/{runId}/steer"] = Row.Command,
        ["POST /sessions/{sessionId}/runs/{runId}/approvals/{approvalId}"] = Row.Command,
        ["POST /api/sessions/{sessionId}/runs/{runId}/approvals/{approvalId}"] = Row.Command,
        ["POST /sessions/{sessionId}/runs/{runId}/lease"] = Row.Publish,
        ["POST /api/sessions/{sessionId}/runs/{runId}/lease"] = Row.Publish,
        // Who asks for a run needs more, which is seen when the body is read.
        ["POST /agui/{sessionId}"] = Row.Subscribe,
        ["GET /agui/{sessionId}"] = Row.Subscribe,
        // Which session it is stands in the body.
        ["GET /copilotkit/info"] = Row.AnyCaller,
        ["POST /copilotkit/agent/{agent}/run"] = Row.AnyCaller,
        ["POST /copilotkit/agent/{agent}/connect"] = Row.AnyCaller,
        ["POST /copilotkit/agent/{agent}/stop/{threadId}"] = Row.AnyCaller,
        ["POST /copilotkit"] = Row.AnyCaller,
        ["POST /api/chat"] = Row.AnyCaller,
        ["GET /api/chat/{id}/stream"] = Row.Subscribe,
        ["POST /api/chat/{id}/stop"] = Row.Command,
        ["POST /ingest/{source}"] = Row.Publish,
        ["POST /tickets"] = Row.AnyCaller,
        ["GET /sessions"] = Row.AnyCaller,
        ["GET /schema/events"] = Row.AnyCaller,
        ["GET /openapi/{documentName}.json"] = Row.AnyCaller,
        ["GET /health/live"] = Row.Public,
        ["GET /health/ready"] = Row.Public,
        ["GET /inspector/assets/{file}"] = Row.Public,
        ["GET /scalar/{documentName?}"] = Row.Public,
        ["GET /scalar/scalar.aspnetcore.js"] = Row.Public,
        ["GET /scalar/favicon.svg"] = Row.Public,
        ["GET /scalar/scalar.js"] = Row.Public,
        ["GET /"] = Row.Public,
    };

    public static TheoryData<string> Endpoints => [.. Rows.Keys];

    [Fact]
    public void EveryEndpoint_HasARow() => Paths().Select(path => path.Name).Order(StringComparer.Ordinal).ShouldBe(Rows.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Endpoint_LetsInWhomItShould(string name)
    {
        var (_, path, isSocket) = Paths().Single(path => path.Name == name);
        var row = Rows[name];
        foreach (var (caller, credential) in await CallersAsync())
        {
            foreach (var isOwn in (bool[])[true, false])
            {
                var status = await TryAsync(name, path, isSocket, credential, isOwn ? "own" : "foreign");
                var expected = row.Expect(caller, isOwn);
                var isIn = status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
                (isIn ? HttpStatusCode.OK : status).ShouldBe(expected, $"{name}, {caller}, {(isOwn ? "own" : "foreign")}: {status}");
            }
        }
    }

    // Which methods there are is no secret.
    [Theory]
    [InlineData("PATCH", "/events/own", HttpStatusCode.MethodNotAllowed)]
    [InlineData("OPTIONS", "/events/own", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/tickets", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/no/such/route", HttpStatusCode.NotFound)]
    public async Task Request_IsAnsweredAsAnywhere_WhenItIsForNoEndpoint(string method, string path, HttpStatusCode expected) =>
        (await site.AskAsync(HttpMethod.Parse(method), path, credential: null)).Status.ShouldBe(expected);

    private async Task<(Caller Caller, string? Credential)[]> CallersAsync()
    {
        string[] ownGrants = ["subscribe session:own*", "publish session:own*", "command session:own*", "admin session:own*", "subscribe project:own*"];
        return
        [
            (Caller.None, null),
            (Caller.Unknown, $"{site.Owner}x"),
            (Caller.Unknown, "es_nobody_c2VjcmV0"),
            (Caller.Unknown, "garbage"),
            (Caller.Unknown, Tampered(await site.TicketAsync(site.Owner, """{"grants":["subscribe session:own*"]}"""))),
            (Caller.Unknown, site.Token(ownGrants, until: TimeSpan.FromMinutes(-2), from: TimeSpan.FromMinutes(-9))),
            (Caller.Unknown, site.Token(ownGrants, from: TimeSpan.FromMinutes(2))),
            (Caller.Unknown, site.Token(ownGrants, issuer: "https://other.test")),
            (Caller.Unknown, site.Token(ownGrants, audience: "other")),
            (Caller.Unknown, site.Token(ownGrants, isSigned: false)),
            (Caller.Unknown, site.Token(ownGrants, isOfStranger: true)),
            (Caller.Unknown, site.Token(["read session:own*"])),
            (Caller.Owner, site.Owner),
            (Caller.Owner, site.Token([.. ownGrants, "publish project:own*"])),
            // A clock that is some seconds ahead or behind is no reason to refuse.
            (Caller.Owner, site.Token(ownGrants, from: TimeSpan.FromSeconds(10))),
            (Caller.OtherTeam, site.OtherTeam),
            (Caller.Watcher, site.Watcher),
            (Caller.Watcher, await site.TicketAsync(site.Owner, """{"grants":["subscribe session:own*","subscribe project:own*"]}""")),
            (Caller.Publisher, site.Publisher),
            (Caller.Everything, site.Everything),
        ];
    }

    private async Task<HttpStatusCode> TryAsync(string name, string path, bool isSocket, string? credential, string stream)
    {
        var address = Parameter().Replace(path, match => match.Groups["name"].Value switch
        {
            "source" => "adk",
            "documentName" => "v1",
            "file" => "none.js",
            _ => stream,
        });
        if (path.StartsWith("/ingest", StringComparison.Ordinal)) address += $"?session_id={stream}";
        var body = name switch
        {
            "POST /tickets" => """{"grants":[]}""",
            _ when name.StartsWith("POST /ingest", StringComparison.Ordinal) => """{"type":"agent_message_start","payload":{"message_id":"m"}}""",
            _ when name.StartsWith("POST", StringComparison.Ordinal) => """{"type":"note","payload":{}}""",
            _ => null,
        };
        using var request = new HttpRequestMessage(HttpMethod.Parse(name.Split(' ')[0]), address);
        if (credential is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential}");
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        if (isSocket)
        {
            request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
            request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
            request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
            request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        }
        // A stream goes on: its head is enough.
        using var answer = await site.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken).WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private List<(string Name, string Path, bool IsSocket)> Paths() =>
        [.. site.Server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).Cast<RouteEndpoint>().Select(endpoint =>
        {
            var method = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0];
            var path = $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}";
            return ($"{method} {path}", path, endpoint.Metadata.GetMetadata<StreamRoute>()?.Transport == Transport.WebSocket);
        }).Distinct()];

    // The last letter carries bits that count for nothing.
    private static string Tampered(string ticket) => ticket[..40] + (ticket[40] == 'A' ? 'B' : 'A') + ticket[41..];

    [GeneratedRegex(@"\{(?<name>\w+)\??\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();

    private enum Caller
    {
        None,
        Unknown,
        Owner,
        OtherTeam,
        Watcher,
        Publisher,
        Everything,
    }

    /// <summary>What a kind of endpoint answers whom; null where anyone gets in.</summary>
    private sealed record Row(Caller[]? OnOwn, Caller[]? OnForeign)
    {
        private static readonly Caller[] Known = [Caller.Owner, Caller.OtherTeam, Caller.Watcher, Caller.Publisher, Caller.Everything];

        public static Row Public { get; } = new(null, null);

        public static Row AnyCaller { get; } = new(Known, Known);

        public static Row Subscribe { get; } = new([Caller.Owner, Caller.Watcher, Caller.Everything], [Caller.OtherTeam, Caller.Everything]);

        public static Row Publish { get; } = new([Caller.Owner, Caller.Publisher, Caller.Everything], [Caller.OtherTeam, Caller.Everything]);

        public static Row Admin { get; } = new([Caller.Owner, Caller.Everything], [Caller.OtherTeam, Caller.Everything]);

        public static Row Command { get; } = new([Caller.Owner, Caller.Everything], [Caller.Everything]);

        /// <summary>Nobody but one holds grants for agents.</summary>
        public static Row Agent { get; } = new([Caller.Everything], [Caller.Everything]);

        public static Row Broadcast { get; } = new([Caller.Everything], [Caller.Everything]);

        public HttpStatusCode Expect(Caller caller, bool isOwn) => (isOwn ? OnOwn : OnForeign) is not { } allowed || allowed.Contains(caller) ? HttpStatusCode.OK
            : Known.Contains(caller) ? HttpStatusCode.Forbidden : HttpStatusCode.Unauthorized;
    }
}
