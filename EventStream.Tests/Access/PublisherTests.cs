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

    protected override Task<string?> RedisAsync() => Task.FromResult<string?>(null);
}
