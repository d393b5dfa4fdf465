using System.Net;
using EventStream.Api.Publishing;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Publishing;

/// <summary>What the bodies of requests may hold of a node, and for how long.</summary>
public sealed class BodyLimitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/events/s")]
    [InlineData("/ingest/adk?session_id=s")]
    public async Task Post_IsRefused_WhenTheBodiesOfTheNodeHoldTooMuch(string path)
    {
        const int MaxBytes = 4 * 1024 * 1024;
        await using var server = TestServer.Start(new() { ["Publishing:MaxBodyBytes"] = $"{MaxBytes}" });
        var bodies = server.Services.GetRequiredService<BodyReader>();
        using (var client = await BeginAsync(server, path, new string(' ', 3_000_000)))
        {
            await Eventually.TrueAsync(() => bodies.Budget.Taken > 2_500_000, Cancellation);

            var answer = await server.PostAsync(path, $$$"""[{"type":"agent_thought","payload":{"a":"{{{new string('x', 200_000)}}}"}}{{{new string(' ', 2_000_000)}}}]""");

            answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            answer.RetryAfter.ShouldNotBeNull();
            answer.Title!.ShouldContain("Publishing:MaxBodyBytes");
            (await server.PostAsync(path, """{"type":"agent_thought","payload":{}}""")).Status.ShouldBe(HttpStatusCode.OK);
            bodies.Budget.Taken.ShouldBeLessThanOrEqualTo(MaxBytes);
        }
        await Eventually.TrueAsync(() => bodies.Budget.Taken == 0, Cancellation);
    }

    [Fact]
    public async Task Post_IsRefused_WhenItsBodyTakesTooLong()
    {
        await using var server = TestServer.Start(new() { ["Publishing:BodyTimeout"] = "00:00:01" });
        using var client = await BeginAsync(server, "/events/s", """{"type":""");

        var answer = await client.ReadUntilAsync("\r\n0\r\n", Cancellation);

        answer.ShouldStartWith("HTTP/1.1 408 ");
        answer.ShouldContain("Connection: close");
        answer.ShouldContain("The body didn't arrive within 1 seconds (Publishing:BodyTimeout); send fewer events at once.");
    }

    [Fact]
    public async Task Connections_AreProbed_WhenTheyAreSilent()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Only Linux lists the timers of sockets.");
        await using var server = TestServer.Start();
        using var client = await BeginAsync(server, "/ingest/adk?session_id=s", "");

        // The server's end of the connection, established (01), with a keep-alive timer (02).
        await Eventually.TrueAsync(() => File.ReadLines("/proc/net/tcp").Any(line => line.Contains($":{server.Address.Port:X4} 0100007F:", StringComparison.Ordinal) && line.Contains(" 01 ", StringComparison.Ordinal) && line.Contains(" 02:", StringComparison.Ordinal)), Cancellation);
    }

    private static async Task<RawClient> BeginAsync(TestServer server, string path, string body)
    {
        var client = await RawClient.ConnectAsync(server.Address, Cancellation);
        await client.SendAsync($"POST {path} HTTP/1.1\nHost: localhost\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n", Cancellation);
        if (body.Length > 0) await client.SendAsync($"{body.Length:x}\n{body}\n", Cancellation);
        return client;
    }
}
