using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Security;

public sealed class HostHeaderTests
{
    [Theory]
    [InlineData("/events/s1", "xn--", 400)]
    [InlineData("/openapi/v1.json", "xn--", 400)]
    [InlineData("/health/live", "xn--bcher-kva.example", 200)]
    [InlineData("/health/live", "localhost", 200)]
    public async Task Get_IsRefused_WhenTheHostIsNoHostName(string path, string host, int status)
    {
        await using var server = TestServer.Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Host", host);

        using var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe((HttpStatusCode)status);
        if (status == 400) (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain($"The Host '{host}' is no host name.");
    }
}
