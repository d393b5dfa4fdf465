using EventStream.Dispatching;
using InfrastructureMonitor.Measuring;

namespace InfrastructureMonitor.Publishing;

/// <summary>A session of the monitor: rounds until all are done, the user leaves, or the server stays unreachable.</summary>
internal sealed class Monitoring(EventDispatcher dispatcher, MonitorOptions options, TimeSpan wordPause)
{
    public const string Agent = "infrastructure_monitor";

    /// <exception cref="DispatchFailedException">Events could not be stored within the retry budget.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var cpu = new CpuMeter(TimeProvider.System);
        await dispatcher.SessionStartedAsync(options.Session, Agent, new { machine = Environment.MachineName, system = Environment.OSVersion.Platform.ToString(), rounds = options.Rounds }, CancellationToken.None);
        var done = 0;
        try
        {
            // Fails at once when no server answers, rather than after the first round.
            await dispatcher.FlushAsync(cancellationToken);
            while (true)
            {
                var runId = $"run_{Guid.CreateVersion7():N}";
                await new Round(dispatcher.ForRun(options.Session, runId, Agent), cpu, wordPause, cancellationToken).RunAsync();
                await dispatcher.FlushAsync(cancellationToken);
                done++;
                if (done == options.Rounds) break;
                await Task.Delay(options.Interval, TimeProvider.System, cancellationToken);
            }
            await EndAsync("completed", done);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await EndAsync("interrupted", done);
        }
    }

    private async Task EndAsync(string reason, int rounds)
    {
        await dispatcher.SessionEndedAsync(options.Session, reason, rounds == 1 ? "1 round." : $"{rounds} rounds.", CancellationToken.None);
        await dispatcher.FlushAsync(CancellationToken.None);
    }
}
