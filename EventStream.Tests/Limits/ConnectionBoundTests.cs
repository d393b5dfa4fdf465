using System.Net.Sockets;
using EventStream.Api.Limits;
using EventStream.Api.Streaming;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Limits;

public sealed class ConnectionBoundTests
{
    private const string Ask = "GET /health/live HTTP/1.1\nHost: a\n\n";

    private readonly RecordingLogger<ConnectionBound> _logger = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connections_AreClosedAndOneLineIsLogged_WhenThereAreAsManyAsMayBe()
    {
        await using var server = TestServer.Start(services: services => services.AddSingleton(Bound(room: 3)));
        var clients = new List<RawClient>();
        for (var i = 0; i < 3; i++) clients.Add(await AnsweredAsync(server));

        for (var i = 0; i < 5; i++) (await IsServedAsync(server)).ShouldBeFalse();

        // A connection is closed before the line is written.
        await Eventually.TrueAsync(() => _logger.Lines.Contains("Warning ConnectionsClosed"), Cancel);
        _logger.Lines.ShouldBe(["Warning FewFileDescriptors", "Warning ConnectionsClosed"]);
        // Those that were served go on, and a place that is given back is taken again.
        await clients[0].SendAsync(Ask, Cancel);
        (await clients[0].ReadUntilAsync("\"live\"}", Cancel)).ShouldContain("HTTP/1.1 200");
        clients[1].Dispose();
        await Eventually.TrueAsync(async () => await IsServedAsync(server), Cancel);
        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public void Check_SaysNothing_WhenThereIsRoomForAllStreams()
    {
        Bound(room: new StreamingOptions().MaxStreams).Check();
        Bound(room: null).Check();
        _logger.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 524288               files     \n", 1024)]
    [InlineData("Max open files            unlimited            unlimited            files     \n", null)]
    [InlineData("Max processes             10                   10                   processes \n", null)]
    public void Limit_IsTheSoftOne(string limits, int? expected) => OpenFiles.Limit(limits).ShouldBe(expected);

    private static async Task<bool> IsServedAsync(TestServer server)
    {
        try
        {
            using var client = await RawClient.ConnectAsync(server.Address, Cancel);
            await client.SendAsync(Ask, Cancel);
            return (await client.ReadUntilAsync("live", Cancel)).Length > 0;
        }
        catch (SocketException)
        {
            // It was reset before it could ask.
            return false;
        }
    }

    private static async Task<RawClient> AnsweredAsync(TestServer server)
    {
        var client = await RawClient.ConnectAsync(server.Address, Cancel);
        await client.SendAsync(Ask, Cancel);
        (await client.ReadUntilAsync("live", Cancel)).ShouldStartWith("HTTP/1.1 200");
        return client;
    }

    private ConnectionBound Bound(int? room) => new(Options.Create(new StreamingOptions()), TimeProvider.System, _logger) { Room = room };
}
