using System.Net;
using System.Net.Sockets;
using Xunit;

namespace EventStream.Tests.Support;

public sealed class RoundRobinProxyTests
{
    [Fact]
    public async Task DisposeAsync_Ends_WhenConnectionsAreCutAsTheyCome()
    {
        using var backend = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        backend.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        backend.Listen(1000);
        for (var round = 0; round < 50; round++)
        {
            var proxy = new RoundRobinProxy([((IPEndPoint)backend.LocalEndPoint!).Port]);
            var cutting = Task.Run(() => { for (var i = 0; i < 200; i++) { proxy.Cut(); Thread.Yield(); } }, TestContext.Current.CancellationToken);
            for (var i = 0; i < 20; i++)
            {
                using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await client.ConnectAsync(IPAddress.Loopback, proxy.Address.Port, TestContext.Current.CancellationToken);
                }
                catch (SocketException)
                {
                    // It was cut before it knew that it was connected.
                }
            }
            await cutting;
            await proxy.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        }
    }
}
