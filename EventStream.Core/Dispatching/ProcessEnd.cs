using System.Runtime.CompilerServices;

namespace EventStream.Dispatching;

/// <summary>Gives dispatchers that were not disposed a last moment when the process ends: <c>Main</c> returns, <see cref="Environment.Exit"/>, or an unhandled exception.</summary>
internal static class ProcessEnd
{
    /// <summary>Long enough for a server that answers, short enough for people who wait at a prompt.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    // Weak: a dispatcher that is dropped without being disposed doesn't stay in memory.
    private static readonly ConditionalWeakTable<EventDispatcher, object> Open = [];

    static ProcessEnd()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Flush();
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            if (e.IsTerminating) Flush();
        };
    }

    public static void Watch(EventDispatcher dispatcher) => Open.Add(dispatcher, dispatcher.ProducerId);

    public static void Forget(EventDispatcher dispatcher) => Open.Remove(dispatcher);

    private static void Flush()
    {
        Task[] ends = [.. Open.Select(open => Task.Run(open.Key.EndWithProcessAsync))];
        // The threads of the pool may all be blocked, so the wait itself has a bound too.
        Task.WaitAll(ends, Timeout + Timeout / 2);
    }
}
