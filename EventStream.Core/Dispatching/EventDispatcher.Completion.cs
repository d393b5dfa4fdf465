using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    // An agent that goes on publishing after the end of its run would otherwise fill the log.
    private static readonly TimeSpan FailureLinePeriod = TimeSpan.FromMinutes(1);

    private long? _lastFailureLine;
    private long _unloggedFailures;

    private void Complete(List<QueuedEvent> batch, AppendResult result)
    {
        List<Event>? refused = null;
        for (var i = 0; i < batch.Count; i++)
        {
            var receipt = result.Receipts[i];
            var (envelope, confirmation) = (batch[i].Event, batch[i].Confirmation);
            if (receipt.Outcome != AppendOutcome.RunEnded)
                confirmation?.TrySetResult(receipt);
            else if (confirmation is null || !confirmation.TrySetException(new RunEndedException(envelope.RunId)))
                (refused ??= []).Add(envelope);
        }
        Finish(batch, refused is null ? [] : [.. refused.GroupBy(e => e.RunId).Select(run => new DispatchFailure([.. run], new RunEndedException(run.Key)))]);
    }

    private void GiveUp(List<QueuedEvent> batch, Exception exception)
    {
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
                AddToLaneNeedsLock(waiting.Queued);
                waiting.Admit();
            }
            if (_capacity.IsHalfFreeNeedsLock) droppedInEpisode = _dropped.EndNeedsLock();
        }
        if (droppedInEpisode > 0) Log.DeltasTakenAgain(_logger, droppedInEpisode);
    }

    private void LogFailure(DispatchFailure failure)
    {
        long count;
        lock (_lock)
        {
            _unloggedFailures += failure.Events.Count;
            if (_lastFailureLine is { } last && _time.GetElapsedTime(last) < FailureLinePeriod) return;
            _lastFailureLine = _time.GetTimestamp();
            (count, _unloggedFailures) = (_unloggedFailures, 0);
        }
        Log.EventsGivenUp(_logger, count, failure.Events[0].SessionId, failure.Exception);
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
            Log.CallbackThrew(_logger, callback, e);
        }
    }
}
