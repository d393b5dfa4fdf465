using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Api.Agents;

/// <summary>Ends runs that nobody speaks for any more: their lease has ended, or nobody started them in time. Every node does; the log lets one of them.</summary>
internal sealed partial class LostRuns(IEventBus bus, RunStates states, TimeProvider time, ILogger<LostRuns> logger) : BackgroundService
{
    private const int AtOnce = 256;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(5);

    // More than a clock that is set right little by little gains between two looks.
    private static readonly TimeSpan LongestGain = TimeSpan.FromSeconds(1);

    // When the bus began to answer: before it, workers couldn't renew their leases either.
    private long? _answersSince;
    private (DateTimeOffset Clock, long AskedAt)? _last;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (bus is not ILeaseIndex leases) return;
        try
        {
            while (true)
            {
                // Nodes that started together don't look in one moment.
                await Task.Delay(Jitter.HalfToAll(Interval), time, stoppingToken);
                await LookAsync(leases, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task LookAsync(ILeaseIndex leases, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<LeasedRun> due;
            do
            {
                due = await leases.DueAsync(AtOnce, cancellationToken);
                _answersSince ??= time.GetTimestamp();
                await WatchClockAsync(leases, cancellationToken);
                foreach (var run in due) await leases.LookAgainAsync(run, await LookAtAsync(run, cancellationToken), cancellationToken);
            }
            while (due.Count == AtOnce);
        }
        catch (BusUnavailableException)
        {
            // The bus has said so itself.
            _answersSince = null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // A defect; the server doesn't stop for it.
            _answersSince = null;
            LogLookFailed(e);
        }
    }

    /// <summary>When the clock by which leases end was set forward, all of them seem to have ended: workers get the time of a lease to renew them.</summary>
    private async Task WatchClockAsync(ILeaseIndex leases, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var clock = await leases.ClockAsync(cancellationToken);
        if (_last is var (before, askedBefore) && clock - before - time.GetElapsedTime(askedBefore) is var gain && gain > LongestGain)
        {
            LogClockSet(gain);
            _answersSince = time.GetTimestamp();
        }
        _last = (clock, asked);
    }

    /// <returns>When to look again; zero for never.</returns>
    private async Task<TimeSpan> LookAtAsync(LeasedRun run, CancellationToken cancellationToken)
    {
        try
        {
            return await EndAsync(run, cancellationToken);
        }
        catch (BusUnavailableException e)
        {
            // A master of a cluster may be away, or another program's value stand in the session's place: the runs of others end all the same.
            LogNotEnded(run.RunId, run.Stream, e.Message);
            return AfterRefusal;
        }
    }

    /// <returns>When to look again; zero for never.</returns>
    private async Task<TimeSpan> EndAsync(LeasedRun run, CancellationToken cancellationToken)
    {
        var (_, known) = await states.ReadAsync(run.Stream, run.RunId, cancellationToken);
        var failure = new RunFailed
        {
            RunId = run.RunId,
            Agent = known?.Agent,
            Error = run.IsClaim ? "The worker that ran it is lost: its lease ended without a sign of life." : "No worker started it in time.",
            ErrorType = run.IsClaim ? "lost" : "unclaimed",
        };
        var end = new EventFactory(time).Create(run.Stream.Id, failure, new PublishOptions { ProjectId = known?.ProjectId });
        var request = new AppendRequest { Stream = run.Stream, Events = [end], EndsLost = new LostRunEnd(run.IsClaim, time.GetElapsedTime(_answersSince!.Value)) };
        var result = await AppendRetry.AppendAsync(bus, request, TimeSpan.Zero, time, cancellationToken: cancellationToken);
        if (result.LeaseLeft is { } left) return left;
        if (result.Receipts is [{ Outcome: AppendOutcome.Stored }]) LogEnded(run.RunId, run.Stream, failure.ErrorType);
        return TimeSpan.Zero;
    }

    [LoggerMessage(1502, LogLevel.Error, "Looking for lost runs failed; it is tried again.", EventName = "LostRunsFailed")]
    private partial void LogLookFailed(Exception exception);

    [LoggerMessage(1503, LogLevel.Warning, "The clock by which leases end went forward by {Gain}; no run is ended before its worker has had its lease to renew it.", EventName = "LeaseClockSet")]
    private partial void LogClockSet(TimeSpan gain);

    [LoggerMessage(1504, LogLevel.Warning, "Run {Run} of {Stream} can't be ended, it is tried again: {Reason}", EventName = "RunNotEnded")]
    private partial void LogNotEnded(string run, StreamKey stream, string reason);

    [LoggerMessage(1501, LogLevel.Warning, "Run {Run} of {Stream} was ended: {Why}.", EventName = "RunLost")]
    private partial void LogEnded(string run, StreamKey stream, string why);
}
