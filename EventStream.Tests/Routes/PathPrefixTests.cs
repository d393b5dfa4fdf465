using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Routes;

/// <summary>A server under a prefix that its proxy passes on.</summary>
public sealed class PathPrefixTests
{
    [Theory]
    [InlineData("/eventstream")]
    [InlineData("/eventstream/")]
    public async Task Routes_AreAnswered_WithThePrefixAndWithout(string setting)
    {
        await using var server = TestServer.Start(new() { ["PathBase"] = setting });
        foreach (var prefix in (string[])["/eventstream", ""])
        {
            await using var stream = await server.OpenAsync($"{prefix}/events/s?from=earliest");
            (await stream.NextAsync()).EventType.ShouldBe("session_stream_started");
            (await server.PostAsync($"{prefix}/events/s", """{"type":"note","payload":{}}""")).Status.ShouldBe(HttpStatusCode.OK);
            (await stream.NextAsync()).EventType.ShouldBe("note");
            await using var socket = await WebSocketClient.OpenAsync(server.Address, $"{prefix}/ws/events/s");
            (await socket.NextAsync()).Type.ShouldBe("session_stream_started");
            (await server.GetAsync($"{prefix}/health/live")).Status.ShouldBe(HttpStatusCode.OK);
            (await server.GetAsync($"{prefix}/")).Text.ShouldContain($"curl -N {server.Address.Authority}{prefix}/events/demo");
        }
        (await server.GetAsync("/eventstreams/health/live")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Prefix_LeadsToItsRoot_WhenItHasNoSlash()
    {
        await using var server = TestServer.Start(new() { ["PathBase"] = "/eventstream" });
        using var answer = await server.Client.GetAsync("/eventstream?speed=2", TestContext.Current.CancellationToken);
        (answer.StatusCode, answer.Headers.Location?.ToString()).ShouldBe((HttpStatusCode.Found, "/eventstream/?speed=2"));
    }

    [Theory]
    [InlineData("/eventstream/openapi/v1.json", "/eventstream/")]
    // As a proxy asks that takes its prefix off: whoever reads the description has it from below the prefix.
    [InlineData("/openapi/v1.json", "/")]
    public async Task Description_NamesItsServerRelativeToItself(string path, string root)
    {
        await using var server = TestServer.Start(new() { ["PathBase"] = "/eventstream" });
        var url = (await server.GetAsync(path)).Json.GetProperty("servers")[0].GetProperty("url").GetString()!;
        new Uri(new Uri(new Uri("https://app.example.com"), path), url).AbsolutePath.ShouldBe(root);
    }
}
