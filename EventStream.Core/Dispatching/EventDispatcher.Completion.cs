using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    private readonly RareLine _givenUp;
    private readonly RareLine _callbackFaults;
    private (string SessionId, Exception Exception)? _lastFailure;

    private void Complete(List<QueuedEvent> batch, AppendResult result)
    {
        List<(Event Event, AppendOutcome Outcome)>? refused = null;
        for (var i = 0; i < batch.Count; i++)
        {
            var receipt = result.Receipts[i];
            var (envelope, confirmation) = (batch[i].Event, batch[i].Confirmation);
            if (receipt.Outcome is AppendOutcome.Stored or AppendOutcome.Duplicate)
                confirmation?.TrySetResult(receipt);
            else if (confirmation is null || !confirmation.TrySetException(Refusal(receipt.Outcome, envelope.RunId)))
                (refused ??= []).Add((envelope, receipt.Outcome));
        }
        Finish(batch, refused is null ? [] : [.. refused.GroupBy(e => (e.Outcome, e.Event.RunId))
            .Select(run => new DispatchFailure([.. run.Select(e => e.Event)], Refusal(run.Key.Outcome, run.Key.RunId)))]);
    }

    private static Exception Refusal(AppendOutcome outcome, string? runId) =>
        outcome == AppendOutcome.RunTaken ? new RunTakenException(runId) : new RunEndedException(runId);

    private void GiveUp(Lane lane, List<QueuedEvent> batch, Exception exception)
    {
        // Before any flush returns: else the next answer might find this lane still waiting, and not end the episode.
        lock (_lock) _outage.RemoveNeedsLock(lane);
        var unconfirmed = new List<Event>();
        foreach (var queued in batch)
        {
            if (queued.Confirmation is null || !queued.Confirmation.TrySetException(exception)) unconfirmed.Add(queued.Event);
        }
        Finish(batch, unconfirmed.Count == 0 ? [] : [new DispatchFailure(unconfirmed, exception)]);
    }

    /// <summary>Reports the failures of a batch before any flush returns, and gives its capacity to the callers that wait.</summary>
    private void Finish(List<QueuedEvent> batch, IReadOnlyList<DispatchFailure> failures)
    {
        foreach (var failure in failures)
        {
            Invoke(nameof(DispatcherOptions.OnFailed), () => _options.OnFailed?.Invoke(failure));
            LogFailure(failure);
        }
        long droppedInEpisode = 0;
        lock (_lock)
        {
            foreach (var failure in failures) _failures.AddNeedsLock(failure);
            foreach (var queued in batch)
            {
                _capacity.ReleaseNeedsLock(queued);
                queued.FlushPoint.FinishNeedsLock();
            }
            while (_capacity.AdmitNeedsLock() is { } waiting)
            {
                if (AddToLaneNeedsLock(waiting.Queued) is { } begun) BeginElsewhere(begun);
                waiting.Admit();
            }
            // Disposal tells by itself, before it returns.
            if (_capacity.IsHalfFreeNeedsLock && !_givingUp.IsCancellationRequested) droppedInEpisode = _dropped.EndNeedsLock();
        }
        if (droppedInEpisode > 0) Log.DeltasTakenAgain(_logger, droppedInEpisode);
    }

    private void LogFailure(DispatchFailure failure)
    {
        long count;
        lock (_lock)
        {
            _lastFailure = (failure.Events[0].SessionId, failure.Exception);
            _givenUp.CountNeedsLock(failure.Events.Count);
            // Disposal tells of all that it gave up in one line, at its end.
            count = _givingUp.IsCancellationRequested ? 0 : _givenUp.DueNeedsLock();
        }
        if (count > 0) Log.EventsGivenUp(_logger, count, failure.Events[0].SessionId, failure.Exception.Message, failure.Exception.Trace());
    }

    /// <summary>Tells of the events that no line has told of yet: no further failure may come that would.</summary>
    private void TellGivenUp()
    {
        long count;
        (string SessionId, Exception Exception)? last;
        lock (_lock) (count, last) = (_givenUp.TakeNeedsLock(), _lastFailure);
        if (count > 0 && last is var (sessionId, exception)) Log.EventsGivenUp(_logger, count, sessionId, exception.Message, exception.Trace());
    }

    private void Invoke(string callback, Action call)
    {
        try
        {
            call();
        }
        catch (Exception e)
        {
            // The callback is the caller's code: its exception must not stop the lane.
            long count;
            lock (_lock)
            {
                _callbackFaults.CountNeedsLock(1);
                count = _callbackFaults.DueNeedsLock();
            }
            if (count > 0) Log.CallbackThrew(_logger, callback, count, e.Message, e);
        }
    }
}
