using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EventStream.Dispatching;

/// <summary>Gives dispatchers that were not disposed a last moment when the process ends: <c>Main</c> returns, <see cref="Environment.Exit"/>, an unhandled exception, or a signal that nobody else handles.</summary>
internal static class ProcessEnd
{
    /// <summary>Long enough for a server that answers, short enough for people who wait at a prompt.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    // Weak: a dispatcher that is dropped without being disposed doesn't stay in memory.
    private static readonly ConditionalWeakTable<EventDispatcher, object> Open = [];

    private static readonly PosixSignal[] Deadly = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    // A registration that is collected is undone.
    private static readonly PosixSignalRegistration[] Signals = [.. Deadly.Select(Register)];

    static ProcessEnd()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Flush("The process ends");
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            if (e.IsTerminating) Flush("The process ends");
        };
    }

    /// <summary>Begins to listen for signals. Their handlers are called in reverse order, so what begins early learns whether a host or the worker itself goes on.</summary>
    public static void Listen() => _ = Signals.Length;

    public static void Watch(EventDispatcher dispatcher) => Open.Add(dispatcher, dispatcher.ProducerId);

    public static void Forget(EventDispatcher dispatcher) => Open.Remove(dispatcher);

    private static PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(signal, FlushUnlessCancelled);

    private static void FlushUnlessCancelled(PosixSignalContext context)
    {
        if (!context.Cancel) Flush($"{context.Signal} came");
    }

    private static void Flush(string what)
    {
        Task[] ends = [.. Open.Select(open => Task.Run(() => open.Key.EndWithProcessAsync(what)))];
        // The threads of the pool may all be blocked, so the wait itself has a bound too.
        Task.WaitAll(ends, Timeout + Timeout / 2);
    }
}
