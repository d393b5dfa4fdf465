using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EventStream.Tests.Support;

internal static class LoopbackPorts
{
    // A port stays reserved: its server may not listen yet, or may be restarting.
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>A free port that no other test of this process gets. It lies below the system's range for outgoing connections, so that it is still free after a restart.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(16_000, 32_000);
            if (!Given.TryAdd(port, true)) continue;
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Another program has the port: tries the next.
            }
        }
    }
}
