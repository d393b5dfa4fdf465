using System.Collections.Concurrent;
using EventStream.Bus;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Listening;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventStream.Agents;

/// <summary>Hears what is asked of an agent, claims its runs and runs them.</summary>
internal sealed partial class AgentWorker(
    string agent, Func<RunContext, CancellationToken, Task> handler, AgentOptions options, EventDispatcher dispatcher, StreamListener listener, TimeProvider time, Action<Exception> refused, ILogger<AgentWorker> logger) : BackgroundService
{
    // The longest time that a server lets a request wait; older ones have ended.
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(1);

    // An event must hold it.
    private const int MaxErrorLength = 4000;

    // A claim that is under way when the host stops may be stored: its run would go on without a worker until it counts as lost.
    private static readonly TimeSpan ClaimGrace = TimeSpan.FromSeconds(5);

    private static readonly ListenOptions Commands = new() { Types = ["run_requested", "run_interrupt_requested", "run_steered", "tool_approval_answered"] };

    private readonly RunQueue _queue = new(options.MaxRunsOfSession);

    private Task _cancelling = Task.CompletedTask;

    // From the request on, since commands may come before the claim.
    private readonly ConcurrentDictionary<(string SessionId, string RunId), ActiveRun> _runs = new();

    public override void Dispose()
    {
        base.Dispose();
        _queue.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var runners = Enumerable.Range(0, options.MaxRuns).Select(_ => RunAllAsync(stoppingToken)).ToArray();
        try
        {
            // Earlier requests may wait for the first worker.
            await foreach (var command in listener.ReadAsync(StreamKey.Agent(agent), StartFrom.Earliest, Commands, stoppingToken).ConfigureAwait(false)) Hear(command, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception e) when (e is HttpRequestException or BusUnavailableException)
        {
            // It has been tried as long as that may help. Runs that go on end with the host.
            refused(e);
        }
        await Task.WhenAll(runners).ConfigureAwait(false);
        await _cancelling.ConfigureAwait(false);
        foreach (var run in _runs.Values) run.Dispose();
    }

    private void Hear(StreamEvent command, CancellationToken stoppingToken)
    {
        var session = command.Event.SessionId;
        if (command.Is<RunRequested>(out var asked))
        {
            if (command.Event.Timestamp > time.GetUtcNow() - Oldest) Add(new RunRequest(agent, session, asked.RunId, command.Event.ProjectId, asked.Input), stoppingToken);
        }
        else if (command.Is<RunInterruptRequested>(out var interrupt) && Find(session, interrupt.RunId) is { } stopped)
        {
            stopped.Interrupt(interrupt.Reason);
            // One that waits needs no place to be cancelled.
            if (stopped.TryBegin()) _cancelling = Task.WhenAll(_cancelling, ClaimAndRunAsync(stopped, stoppingToken));
        }
        else if (command.Is<RunSteered>(out var steered)) Find(session, steered.RunId)?.Context.Steer(steered.Message);
        else if (command.Is<ToolApprovalAnswered>(out var answered)) Find(session, answered.RunId)?.Context.Answer(answered);
    }

    private void Add(RunRequest request, CancellationToken stoppingToken)
    {
        var run = new ActiveRun(dispatcher, request, e => LogStopThrew(request.RunId, request.SessionId, e.Message, e), stoppingToken);
        if (!_runs.TryAdd((request.SessionId, request.RunId), run)) run.Dispose();
        // Another worker may take the one that is dropped, or a server ends it as unclaimed.
        else if (_queue.Add(request) is { } dropped) Forget(dropped);
    }

    private ActiveRun? Find(string session, string run) => _runs.GetValueOrDefault((session, run));

    private void Forget(RunRequest request)
    {
        if (_runs.TryRemove((request.SessionId, request.RunId), out var run)) run.Dispose();
    }

    private async Task RunAllAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            RunRequest? request = null;
            try
            {
                request = await _queue.TakeAsync(stoppingToken).ConfigureAwait(false);
                if (Find(request.SessionId, request.RunId) is { } run && run.TryBegin()) await ClaimAndRunAsync(run, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            finally
            {
                if (request is not null) _queue.End(request);
            }
        }
    }

    private async Task ClaimAndRunAsync(ActiveRun run, CancellationToken stoppingToken)
    {
        var request = run.Request;
        using var claiming = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var stopping = stoppingToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).CancelAfter(ClaimGrace), claiming).ConfigureAwait(false);
        try
        {
            await dispatcher.ClaimRunAsync(request.SessionId, request.RunId, options.Lease, new PublishOptions { AgentId = agent, ProjectId = request.ProjectId }, claiming.Token).ConfigureAwait(false);
            LogClaimed(request.RunId, request.SessionId);
            await run.EndAsync(await RunAsync(run, stoppingToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RunTakenException or RunEndedException)
        {
            // Another worker has it, or it is over.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The bus didn't answer for long, or refuses: when the run was claimed all the same, a server ends it as lost.
            LogFailed(request.RunId, request.SessionId, e.Message, e.Trace());
        }
        finally
        {
            Forget(request);
        }
    }

    /// <returns>The event that ends the run; null when a server has ended it.</returns>
    private async Task<CanonicalPayload?> RunAsync(ActiveRun run, CancellationToken stoppingToken)
    {
        var alive = KeepAliveAsync(run);
        run.Context.Enter();
        try
        {
            if (run.Asked.IsCompleted) return Cancelled(run, stoppingToken);
            var work = handler(run.Context, run.Context.Stop);
            if (!await EndsInTimeAsync(run, work).ConfigureAwait(false)) return Cancelled(run, stoppingToken);
            await work.ConfigureAwait(false);
            return new RunCompleted { RunId = run.Context.RunId, Output = run.Context.Output is { } output ? EventJson.Element(output) : null, Agent = agent };
        }
        catch (OperationCanceledException) when (run.Asked.IsCompleted || run.Context.Stop.IsCancellationRequested)
        {
            return Cancelled(run, stoppingToken);
        }
        catch (RunEndedException)
        {
            // Somebody else has ended it, as a server does when the lease was lost.
            return null;
        }
        catch (Exception e)
        {
            LogThrew(run.Context.RunId, run.Context.SessionId, e.Message, e.Trace());
            return new RunFailed { RunId = run.Context.RunId, Error = e.Message.Length > 0 ? Wtf8.Beginning(e.Message, MaxErrorLength) : e.GetType().Name, ErrorType = e.GetType().Name, Agent = agent };
        }
        finally
        {
            await run.DoneAsync(alive).ConfigureAwait(false);
        }
    }

    private static RunCancelled? Cancelled(ActiveRun run, CancellationToken stoppingToken) =>
        run.IsLost ? null : new RunCancelled { RunId = run.Context.RunId, TerminationReason = stoppingToken.IsCancellationRequested ? "worker_stopped" : run.Reason };

    /// <returns>False when the handler goes on for longer than it may after it was asked to stop.</returns>
    private async Task<bool> EndsInTimeAsync(ActiveRun run, Task work)
    {
        if (await Task.WhenAny(work, run.Asked).ConfigureAwait(false) == work) return true;
        using var ended = new CancellationTokenSource();
        var late = Task.Delay(options.StopTimeout, time, ended.Token);
        if (await Task.WhenAny(work, late).ConfigureAwait(false) == late)
        {
            LogIgnoresStop(run.Context.RunId, run.Context.SessionId, options.StopTimeout);
            return false;
        }
        await ended.CancelAsync().ConfigureAwait(false);
        return true;
    }

    private async Task KeepAliveAsync(ActiveRun run)
    {
        using var timer = new PeriodicTimer(options.Lease / 3, time);
        try
        {
            while (await timer.WaitForNextTickAsync(run.Done).ConfigureAwait(false))
            {
                try
                {
                    if (await run.Context.RenewAsync(run.Done).ConfigureAwait(false)) continue;
                    LogLost(run.Context.RunId, run.Context.SessionId);
                    run.Lose();
                    return;
                }
                catch (Exception e) when (e is BusUnavailableException or HttpRequestException)
                {
                    // Servers wait a lease after an outage of the bus.
                }
            }
        }
        catch (OperationCanceledException) when (run.Done.IsCancellationRequested)
        {
            // The handler has returned.
        }
    }

    [LoggerMessage(3201, LogLevel.Information, "Run {Run} of session {Session} begins.", EventName = "RunClaimed")]
    private partial void LogClaimed(string run, string session);

    [LoggerMessage(3202, LogLevel.Error, "Run {Run} of session {Session} couldn't be claimed or ended: {Reason}", EventName = "RunNotKept")]
    private partial void LogFailed(string run, string session, string reason, Exception? exception);

    [LoggerMessage(3203, LogLevel.Error, "The handler of run {Run} of session {Session} threw, so the run has failed: {Reason}", EventName = "RunThrew")]
    private partial void LogThrew(string run, string session, string reason, Exception? exception);

    [LoggerMessage(3205, LogLevel.Error, "What the handler of run {Run} of session {Session} has registered for its stop threw: {Reason}", EventName = "RunStopThrew")]
    private partial void LogStopThrew(string run, string session, string reason, Exception exception);

    [LoggerMessage(3206, LogLevel.Error, "The handler of run {Run} of session {Session} goes on {Timeout} after it was asked to stop; the run is ended, and its place given to another.", EventName = "RunIgnoresStop")]
    private partial void LogIgnoresStop(string run, string session, TimeSpan timeout);

    [LoggerMessage(3204, LogLevel.Warning, "Run {Run} of session {Session} is stopped: its lease is lost.", EventName = "RunLeaseLost")]
    private partial void LogLost(string run, string session);
}
