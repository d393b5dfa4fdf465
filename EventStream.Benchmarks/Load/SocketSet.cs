using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace EventStream.Benchmarks.Load;

/// <summary>All sockets of the generator: one thread, one epoll set. Linux only.</summary>
internal sealed class SocketSet : IDisposable
{
    private const int Most = 256;
    private const int Add = 1;
    private const int Modify = 3;

    // The kernel's epoll_event is packed on x64 and padded everywhere else.
    private static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataAt = Stride - 8;

    private readonly int _epoll;
    private readonly byte[] _entries = GC.AllocateArray<byte>(Most * Stride, pinned: true);
    private readonly List<IPolled> _polled = [];

    public SocketSet()
    {
        if (!OperatingSystem.IsLinux()) throw new BenchmarkException("The load generator is for Linux only: it calls epoll and reads /proc.");
        _epoll = Linux.EpollCreate(0);
        if (_epoll < 0) throw new BenchmarkException($"epoll_create1: {Linux.LastMessage}");
        // The kernel's usual timer slack of 50 µs would count as latency in an open loop.
        _ = Linux.Control(Linux.TimerSlack, 1000);
    }

    /// <summary>The buffer of all reads; shared, since there is one thread.</summary>
    public byte[] Buffer { get; } = GC.AllocateArray<byte>(256 * 1024, pinned: true);

    /// <summary>Begins to connect. When the attempt has ended, the socket becomes writable.</summary>
    /// <returns>The socket; -1 when it failed at once.</returns>
    public int Connect(IPEndPoint to, IPolled polled, out int token)
    {
        token = -1;
        var socket = Linux.Socket(Linux.Internet, Linux.StreamNonBlocking, 0);
        if (socket < 0) throw new BenchmarkException($"socket: {Linux.LastMessage}");
        _ = Linux.SetOption(socket, Linux.LevelTcp, Linux.NoDelay, 1, sizeof(int));
        Span<byte> address = stackalloc byte[16];
        address.Clear();
        MemoryMarshal.Write(address, (ushort)Linux.Internet);
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)to.Port);
        to.Address.TryWriteBytes(address[4..], out _);
        if (Linux.Connect(socket, address, address.Length) != 0 && Linux.LastError != Linux.InProgress)
        {
            _ = Linux.Close(socket);
            return -1;
        }
        token = _polled.Count;
        _polled.Add(polled);
        Control(Add, socket, token, Ready.Write);
        return socket;
    }

    public void Watch(int socket, int token, Ready interest) => Control(Modify, socket, token, interest);

    /// <summary>Waits for sockets and serves them.</summary>
    /// <param name="nanoseconds">The longest wait.</param>
    /// <param name="most">How many sockets are served before this returns; a small number keeps a publisher on time.</param>
    public void Poll(long nanoseconds, int most = 64)
    {
        var count = Linux.EpollWait(_epoll, _entries, Math.Min(most, Most), new Linux.TimeSpec(Math.Max(0, nanoseconds)), 0);
        for (var i = 0; i < count; i++)
        {
            var entry = _entries.AsSpan(i * Stride, Stride);
            _polled[(int)MemoryMarshal.Read<ulong>(entry[DataAt..])].OnReady((Ready)MemoryMarshal.Read<int>(entry));
        }
    }

    public void PollFor(TimeSpan time)
    {
        var end = LoadClock.Now + (long)time.TotalNanoseconds;
        while (end - LoadClock.Now is > 0 and var left) Poll(Math.Min(left, 50_000_000));
    }

    public void Dispose() => _ = Linux.Close(_epoll);

    /// <summary>Why a socket that could not be connected failed; 0 when it is connected.</summary>
    public static int ErrorOf(int socket)
    {
        var length = sizeof(int);
        return Linux.GetOption(socket, Linux.LevelSocket, Linux.SocketError, out var error, ref length) == 0 ? error : Linux.LastError;
    }

    private void Control(int operation, int socket, int token, Ready interest)
    {
        Span<byte> entry = stackalloc byte[Stride];
        MemoryMarshal.Write(entry, (int)interest);
        MemoryMarshal.Write(entry[DataAt..], (ulong)token);
        if (Linux.EpollControl(_epoll, operation, socket, entry) != 0) throw new BenchmarkException($"epoll_ctl: {Linux.LastMessage}");
    }
}
