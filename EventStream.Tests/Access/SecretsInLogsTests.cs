using System.Net;
using System.Net.Http.Headers;
using EventStream.Api.Access.Tickets;
using EventStream.Tests.Support;
using EventStream.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>What a caller shows stands in no log line, span or metric, even when everything is logged.</summary>
public sealed class SecretsInLogsTests
{
    private const string JwtSecret = "a secret of the issuer that has more than 32 bytes";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secrets_StandNowhere_WhenEverythingIsLogged()
    {
        await using var collector = await RecordingCollector.StartAsync(Cancel);
        var settings = new Dictionary<string, string>
        {
            ["Logging:LogLevel:Default"] = "Trace",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace",
            ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace",
            ["Logging:Console:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace",
            ["Access:Jwt:Issuer"] = "https://issuer.test",
            ["Access:Jwt:Audience"] = "eventstream",
            ["Access:Jwt:Secret"] = JwtSecret,
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"{collector.Address}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        };
        var key = AccessSite.AddKey(settings, "backend", "subscribe *", "publish *");
        await using var server = await ApiProcess.StartAsync([.. settings.Select(setting => $"--{setting.Key}={setting.Value}")]);
        using var client = new HttpClient { BaseAddress = server.Address };

        const string Token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1c2VyLTcifQ.c2lnbmF0dXJlLXRoYXQtaXMtd3Jvbmc";
        var ticket = await TicketAsync(client, key);
        foreach (var credential in (string[])[key, $"{key}x", Token, ticket, $"{ticket[..^4]}AAAA"])
        {
            await AskAsync(client, "/events/s/history", credential);
            await AskAsync(client, $"/events/s/history?ticket={credential}", credential: null);
            await AskAsync(client, $"/ws/events/s?ticket={credential}", credential: null);
            await AskAsync(client, $"/no/such/route?ticket={credential}", credential: null);
        }
        await Eventually.TrueAsync(() => collector.Traces.Contains("/events/{sessionId}/history", StringComparison.Ordinal), Cancel);
        (await server.TerminateAsync()).ShouldBe(0);

        server.Output.ShouldContain("dbug: ");
        foreach (var told in (string[])[server.Output, collector.Traces, collector.Metrics])
        {
            told.ShouldNotContain(key.Split('_', 3)[2]);
            told.ShouldNotContain(ticket[..40]);
            told.ShouldNotContain(Token.Split('.')[1]);
            told.ShouldNotContain(JwtSecret);
        }
    }

    // In Development the framework's own page would repeat what was sent.
    [Theory]
    [InlineData("text/html", "Development")]
    [InlineData("application/json", "Development")]
    [InlineData("text/event-stream", "Development")]
    [InlineData("text/html", "Production")]
    public async Task Secrets_StandInNoErrorPage(string accept, string environment)
    {
        const string Ticket = "CfDJ8AAAAATicketThatTheServerFailsOn";
        var settings = new Dictionary<string, string> { ["environment"] = environment };
        AccessSite.AddKey(settings, "backend", "subscribe *");
        await using var server = TestServer.Start(settings, services => services.AddSingleton(new TicketKeys(
            new TicketKeyStore(() => throw new InvalidOperationException($"A defect that holds {Ticket}."), _ => Task.CompletedTask), TimeProvider.System, NullLogger<TicketKeys>.Instance)));
        foreach (var path in (string[])["/agents/a/commands", "/events/s/history", "/ws/events/s"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}?ticket={Ticket}") { Headers = { Authorization = new("Bearer", Ticket) } };
            request.Headers.Add("Accept", accept);
            request.Headers.Add("Cookie", $"eventstream-ticket={Ticket}");
            using var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
            answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError, path);
            (await answer.Content.ReadAsStringAsync(Cancel)).ShouldNotContain(Ticket);
        }
    }

    private static async Task<string> TicketAsync(HttpClient client, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tickets") { Content = new StringContent("""{"grants":["subscribe session:s"]}"""), Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        using var answer = await client.SendAsync(request, Cancel);
        return System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("ticket").GetString()!;
    }

    private static async Task AskAsync(HttpClient client, string path, string? credential)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (credential is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }
}
