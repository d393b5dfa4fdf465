using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections.Features;

namespace EventStream.Api.Streaming.Connections;

/// <summary>Whether the other side of a connection takes what it is sent, by what its acknowledgements say.</summary>
/// <remarks>
/// A write alone doesn't tell. To a slow but living reader it ends only when the kernel has room again, which may take minutes;
/// to a machine that is gone it ends at once, as long as the kernel has room.
/// </remarks>
internal sealed class SocketProgress(Socket socket, TimeProvider time)
{
    // <netinet/tcp.h>
    private const int Tcp = 6;
    private const int TcpInfo = 11;
    private const int UnackedAt = 24;
    private const int BytesAckedAt = 120;
    private const int NotSentAt = 144;
    private const int Length = 148;

    private ulong _acked;
    private long _progressAt = time.GetTimestamp();

    /// <summary>Null where the system or the connection doesn't tell: several streams of HTTP/2 share a socket, which then says nothing of one.</summary>
    public static SocketProgress? Of(HttpContext context, TimeProvider time) =>
        OperatingSystem.IsLinux() && !HttpProtocol.IsHttp2(context.Request.Protocol) && context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket ? new SocketProgress(socket, time) : null;

    /// <summary>For how long something has been on its way and nothing of it arrived; null when it can't be told.</summary>
    public TimeSpan? Stall()
    {
        Span<byte> info = stackalloc byte[Length];
        try
        {
            if (socket.GetRawSocketOption(Tcp, TcpInfo, info) < Length) return null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
        var acked = MemoryMarshal.Read<ulong>(info[BytesAckedAt..]);
        var isPending = MemoryMarshal.Read<uint>(info[UnackedAt..]) > 0 || MemoryMarshal.Read<uint>(info[NotSentAt..]) > 0;
        if (acked != _acked || !isPending) (_acked, _progressAt) = (acked, time.GetTimestamp());
        return time.GetElapsedTime(_progressAt);
    }
}
