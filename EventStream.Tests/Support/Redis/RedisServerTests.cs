using System.Net.Sockets;
using System.Text;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Support;

[Needs(Need.Redis)]
public sealed class RedisServerTests(RedisServer shared)
{
    [Fact]
    public async Task StartAsync_Answers_WhenItReturns()
    {
        await shared.StartAsync();
        (await Ask(shared, "PING")).ShouldBe("+PONG");
    }

    [Fact]
    public async Task StopAsync_EndsTheServer_AndStartAsyncBringsItBackOnTheSamePort()
    {
        await using var server = await RedisServer.StartOwnAsync();
        var where = server.ConnectionString;
        (await Ask(server, "SET k v")).ShouldBe("+OK");
        await server.StopAsync();
        server.IsRunning.ShouldBeFalse();
        await Should.ThrowAsync<SocketException>(() => Ask(server, "PING"));
        await server.StartAsync();
        server.ConnectionString.ShouldBe(where);
        (await Ask(server, "EXISTS k")).ShouldBe(":0");
    }

    [Fact]
    public async Task StartAsync_HasWhatWasWritten_WhenTheServerIsDurable()
    {
        await using var server = await RedisServer.StartOwnAsync(isDurable: true);
        (await Ask(server, "SET k v")).ShouldBe("+OK");
        await server.StopAsync();
        await server.StartAsync();
        (await Ask(server, "EXISTS k")).ShouldBe(":1");
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("127.0.0.1:6379", null)]
    [InlineData("containers.example.com:6379", null)]
    [InlineData("container", "redis:7.4")]
    [InlineData("container:valkey/valkey:8", "valkey/valkey:8")]
    public void EventStreamTestRedis_NamesAServerOrAnImage(string? asked, string? expected) => RedisInContainer.ImageOf(asked).ShouldBe(expected);

    private static async Task<string> Ask(RedisServer server, string command)
    {
        var parts = server.ConnectionString.Split(',')[0].Split(':');
        using var client = new TcpClient();
        await client.ConnectAsync(parts[0], int.Parse(parts[1]), TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream());
        return (await reader.ReadLineAsync(TestContext.Current.CancellationToken))!;
    }
}
