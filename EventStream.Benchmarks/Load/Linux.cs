using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace EventStream.Benchmarks.Load;

/// <summary>The calls of the kernel that the load generator makes by itself: what .NET puts around a socket would cost more than what is measured.</summary>
internal static partial class Linux
{
    public const int TryAgain = 11;
    public const int Interrupted = 4;
    public const int InProgress = 115;
    public const int StreamNonBlocking = 1 | 2048;
    public const int NoSignal = 0x4000;
    public const int LevelTcp = 6;
    public const int NoDelay = 1;
    public const int LevelSocket = 1;
    public const int SocketError = 4;
    public const int Internet = 2;
    public const int OpenFiles = 7;
    public const int TimerSlack = 29;

    public static int LastError => Marshal.GetLastPInvokeError();

    public static string LastMessage => Marshal.GetPInvokeErrorMessage(LastError);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, ReadOnlySpan<byte> bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, Span<byte> bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int name, in int value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int socket, int level, int name, out int value, ref int length);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int file, ReadOnlySpan<byte> entry);

    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    public static partial int EpollWait(int epoll, Span<byte> entries, int most, in TimeSpec timeout, nint signals);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "prctl")]
    public static partial int Control(int option, nuint value);

    /// <summary>Lets this process, and those that it starts, open as many files as the hard limit allows.</summary>
    public static void RaiseOpenFiles(int needed)
    {
        if (GetLimit(OpenFiles, out var limit) != 0) throw new BenchmarkException($"getrlimit: {LastMessage}");
        if (limit.Hard < (nuint)needed) throw new BenchmarkException($"{needed:N0} open files are needed and {limit.Hard:N0} allowed (ulimit -Hn): ask for fewer --streams.");
        if (limit.Soft >= limit.Hard) return;
        limit.Soft = limit.Hard;
        if (SetLimit(OpenFiles, limit) != 0) throw new BenchmarkException($"setrlimit: {LastMessage}");
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec(long nanoseconds)
    {
        public nint Seconds = (nint)(nanoseconds / 1_000_000_000);
        public nint Nanoseconds = (nint)(nanoseconds % 1_000_000_000);
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
