using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Attacks;

/// <summary>Watches the resident memory of a process, and ends the attack before the machine runs out of it.</summary>
internal sealed class MemoryWatch
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly int _process;
    private readonly long _most;
    private readonly CancellationTokenSource _attack;

    public MemoryWatch(int process, long most, CancellationTokenSource attack)
    {
        (_process, _most, _attack) = (process, most, attack);
        Peak = ProcessFigures.ResidentBytes(process);
    }

    public long Peak { get; private set; }

    public bool IsTooMuch { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Look);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                Peak = Math.Max(Peak, ProcessFigures.ResidentBytes(_process));
                if (Peak <= _most || IsTooMuch) continue;
                IsTooMuch = true;
                await _attack.CancelAsync();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The attack is over.
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            throw new BenchmarkException("The server ended during the attack.");
        }
    }
}
