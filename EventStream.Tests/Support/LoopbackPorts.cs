using System.Net;
using System.Net.Sockets;

namespace EventStream.Tests.Support;

internal static class LoopbackPorts
{
    /// <summary>A free port below those that the system gives to outgoing connections, so that it is still free after a restart.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(16_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }
}
