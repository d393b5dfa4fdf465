using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EventStream.Tests.Support;

internal static class LoopbackPorts
{
    // Whoever was given one may not listen there yet, or not at the moment.
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>A free port below those that the system gives to outgoing connections, so that it is still free after a restart. Nobody else in this process gets it.</summary>
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
                // Taken.
            }
        }
    }
}
