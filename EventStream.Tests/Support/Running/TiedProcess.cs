using System.Collections.Concurrent;
using System.Diagnostics;

namespace EventStream.Tests.Support;

/// <summary>Starts programs that end with the tests' process, however that ends. Where <c>setpriv</c> is missing, a killed process leaves them behind.</summary>
internal static class TiedProcess
{
    private static readonly string? Setpriv = Find("setpriv");

    // Linux ends a child with the thread that started it, so one thread that never ends starts them all.
    private static readonly Lazy<BlockingCollection<Action>> Starts = new(() =>
    {
        var starts = new BlockingCollection<Action>();
        new Thread(() => { foreach (var start in starts.GetConsumingEnumerable(CancellationToken.None)) start(); }) { IsBackground = true, Name = nameof(TiedProcess) }.Start();
        return starts;
    });

    /// <inheritdoc cref="Process.Start(ProcessStartInfo)"/>
    public static Process Start(ProcessStartInfo start)
    {
        if (Setpriv is null || Find(start.FileName) is not { } program) return Process.Start(start)!;
        string[] arguments = ["--pdeathsig", "KILL", "--", program, .. start.ArgumentList];
        start.ArgumentList.Clear();
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.FileName = Setpriv;
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Value.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        }, CancellationToken.None);
        return started.Task.GetAwaiter().GetResult();
    }

    private static string? Find(string program) => OperatingSystem.IsLinux()
        ? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
        : null;
}
