using EventStream.Benchmarks;
using EventStream.Benchmarks.Load;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Benchmarks;

/// <summary>The generator over TLS and HTTP/2, with the real server.</summary>
[Collection(nameof(NonParallelCollection))]
[Needs(Need.Redis)]
public sealed class SecureLoadTests(LoadedServer server) : IClassFixture<LoadedServer>
{
    [Theory]
    [InlineData("paced", false)]
    [InlineData("paced", true)]
    [InlineData("sparse", false)]
    [InlineData("sparse", true)]
    [InlineData("large", true)]
    [InlineData("resume", false)]
    [InlineData("resume", true)]
    public async Task RunAsync_FindsNothingWrong_OverTls(string name, bool isHttp2)
    {
        var scenario = LoadScenario.Find(name)!;
        var small = scenario with { Streams = 40, Sessions = Math.Min(scenario.Sessions, 20), Rate = 100, Seconds = 0.5, WarmUpSeconds = 0.2, Missed = 300 };
        var figures = await server.RunAsync(small, PublishBy.Dispatcher, isHttp2 ? server.SecureUrl.OverHttp2() : server.SecureUrl);
        figures.IsWhole.ShouldBeTrue(figures.ToString());
        figures.Delivered.ShouldBe(figures.Events * small.Streams / small.Sessions);
        figures.Events.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("https", "events", true, "HTTP/2 404")]
    [InlineData("https", "events", false, "HTTP/1.1 404 Not Found")]
    [InlineData("http", "events", false, "the TLS 1.3 handshake failed")]
    public async Task RunAsync_SaysWhy_WhenTheServerRefuses(string scheme, string path, bool isHttp2, string why)
    {
        // A server without TLS is asked for it.
        var port = scheme == "https" ? server.SecureUrl.Port : server.Address.Port;
        var url = UrlTemplate.TryParse($"https://localhost:{port}/nothing/{path}/{UrlTemplate.Place}")!;
        var thrown = await Should.ThrowAsync<BenchmarkException>(server.RunAsync(LoadScenario.Find("paced")! with { Streams = 2 }, PublishBy.Dispatcher, isHttp2 ? url.OverHttp2() : url));
        thrown.Message.ShouldContain(why);
    }

    [Fact]
    public void OverHttp2_SaysWhatItNeeds_WhenTheAddressHasNoTls() =>
        Should.Throw<BenchmarkException>(() => UrlTemplate.TryParse($"http://localhost/events/{UrlTemplate.Place}")!.OverHttp2()).Message.ShouldStartWith("--http2 needs TLS");

    [Fact]
    public async Task RunAsync_SaysWhatItNeeds_WhenEventsArePostedByTls()
    {
        var thrown = await Should.ThrowAsync<BenchmarkException>(server.RunAsync(LoadScenario.Find("paced")! with { Streams = 2 }, PublishBy.Post, server.SecureUrl));
        thrown.Message.ShouldContain("--post-url");
    }
}
