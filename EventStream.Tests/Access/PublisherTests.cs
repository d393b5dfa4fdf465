using System.Net;
using System.Text;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

public sealed class PublisherTests : PublisherContract
{
    [Fact]
    public async Task Publish_SaysNothingOfWhoItWas_WhenTheServerIsOpen()
    {
        await using var server = TestServer.Start();
        var request = new HttpRequestMessage(HttpMethod.Post, "/events/open") { Content = new StringContent("""{"type":"note","publisher":"admin"}""", Encoding.UTF8, "application/json") };
        (await server.AskAsync(request)).Status.ShouldBe(HttpStatusCode.OK);

        var history = await server.AskAsync(new HttpRequestMessage(HttpMethod.Get, "/events/open/history"));
        history.Json.GetProperty("events")[0].TryGetProperty("publisher", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Publish_SaysNothingOfWhoItWas_WhenPublishersAreNotNamed()
    {
        await using var site = new PublisherSite(namesPublishers: false);
        await site.PostAsync("worker", "/events/unnamed", """{"type":"run_started","run_id":"r1","publisher":"admin"}""");
        await site.PostAsync("worker", "/ingest/adk?session_id=unnamed", """{"type":"agent_thought","payload":{"content":"x"}}""");
        (await site.PostAsync("other", "/events/unnamed", """{"type":"run_completed","run_id":"r1"}""")).Status.ShouldBe(HttpStatusCode.OK);

        (await site.LogAsync("/events/unnamed")).ShouldBe([("run_started", null), ("agent_thought", null), ("run_completed", null)]);
        // The grants count all the same.
        (await site.PostAsync("other", "/ingest/eddie?session_id=unnamed", """{"event":"session.deleted","data":{"id":"unnamed"}}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    protected override Task<string?> RedisAsync() => Task.FromResult<string?>(null);
}
