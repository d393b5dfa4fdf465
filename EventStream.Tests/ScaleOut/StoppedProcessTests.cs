using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.ScaleOut;

/// <summary>The real process ends when it is asked to, whatever its clients and its Redis do.</summary>
[Needs(Need.Redis)]
public sealed class StoppedProcessTests
{
    private const string Upload = "POST /events/s HTTP/1.1\nHost: localhost\nContent-Type: application/json\nExpect: 100-continue\nContent-Length: 1000\n\n";
    private const string Stream = "GET /events/s HTTP/1.1\nHost: localhost\nAccept: text/event-stream\n\n";

    [Theory]
    [InlineData("runs")]
    [InlineData("hangs")]
    [InlineData("is away")]
    public async Task Process_EndsByItself_WhenClientsAreInTheMiddle(string redisThen)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var redis = await RedisServer.StartOwnAsync();
        await using var server = await ApiProcess.StartAsync($"--ConnectionStrings:Redis={redis.ConnectionString}", "--Publishing:RetryBudget=00:01:00", "--Streaming:JoinTimeout=00:00:30");
        using var stream = await OpenAsync(server, Stream, "session_stream_started", cancellationToken);
        using var upload = await OpenAsync(server, Upload, "100 Continue", cancellationToken);
        using var probe = await RedisProbe.ConnectAsync(redis, cancellationToken);
        if (redisThen == "hangs") probe.Ask("CLIENT", "PAUSE", "600000", "ALL");
        else if (redisThen == "is away") await redis.StopAsync();
        using var publisher = await RawClient.ConnectAsync(server.Address, cancellationToken);
        await publisher.SendAsync("POST /events/s HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 12\n\n{\"type\":\"t\"}", cancellationToken);

        var stopping = server.TerminateAsync();

        (await upload.ReadUntilAsync("\r\n0\r\n", cancellationToken)).ShouldContain("HTTP/1.1 503 ");
        (await stream.ReadUntilAsync("\r\n0\r\n", cancellationToken)).ShouldContain("\"reason\":\"draining\"");
        (await stopping).ShouldBe(0);
    }

    private static async Task<RawClient> OpenAsync(ApiProcess server, string request, string answer, CancellationToken cancellationToken)
    {
        var client = await RawClient.ConnectAsync(server.Address, cancellationToken);
        await client.SendAsync(request, cancellationToken);
        (await client.ReadUntilAsync(answer, cancellationToken)).ShouldContain(answer);
        return client;
    }
}
